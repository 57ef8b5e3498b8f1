//! Prints the JSON Schema of robot profiles: `cargo xtask schemas` keeps it in `assets/robots/robot.schema.json`.

use wimz_hal::Profile;

fn main() {
    println!("{:#}", Profile::schema());
}
