//! Tests of the parser by example.
