//! The schedule against a naive model: nothing is kept twice, and whatever had a free, trusted minute is kept.
