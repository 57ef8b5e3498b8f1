//! Prints the JSON Schema of tricks: `cargo xtask schemas` keeps it in `assets/tricks/trick.schema.json`.

use wimz_brain::plans::PlanKind;

fn main() {
    println!("{:#}", PlanKind::Trick.schema());
}
