//! The guardian in a house that answers: a speaker that plays, a dispenser that drops, tracks that coast, an ear that is
//! told what there is to hear.

mod house;
mod levels;
mod rolling;
mod rows;
mod session;
