//! Kalgan core.
