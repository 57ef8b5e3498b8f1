//! Prints the robot's asyncapi document: `cargo xtask schemas` keeps it in `docs/api/asyncapi.json`.

use wimz_contract::wimz::asyncapi;

fn main() {
    println!("{:#}", asyncapi());
}
