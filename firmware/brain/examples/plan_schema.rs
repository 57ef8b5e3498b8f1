//! Prints the JSON Schema of a kind of plan, `mission` for one: `cargo xtask schemas` keeps them beside the files.

use wimz_brain::plans::PlanKind;

fn main() {
    let wanted = std::env::args().nth(1);
    if let Some(kind) = PlanKind::ALL.into_iter().find(|kind| wanted.as_deref() == Some(kind.word())) {
        println!("{:#}", kind.schema());
    }
}
