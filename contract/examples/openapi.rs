//! Prints the robot's openapi document: `cargo xtask schemas` keeps it in `docs/api/openapi.json`.

use wimz_contract::wimz::openapi;

fn main() {
    println!("{:#}", openapi());
}
