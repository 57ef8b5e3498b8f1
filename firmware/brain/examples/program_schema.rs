//! Prints the JSON Schema of programs: `cargo xtask schemas` keeps it in `assets/programs/program.schema.json`.

use wimz_brain::plans::PlanKind;

fn main() {
    println!("{:#}", PlanKind::Program.schema());
}
