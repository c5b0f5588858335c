//! Kalgan macros.
