//! A mission is carried out as it is planned, and rewarded once. What is planned here is made up for each test.

mod bed;
mod cycle;
mod edited;
mod ends;
mod exact;
mod programs;
mod starts;
mod tuned;
mod whatever_happens;
