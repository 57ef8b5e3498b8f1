//! Input as nobody in their right mind would send it, made from what is right by seeded chance, and what must hold of
//! whatever becomes of it.
//!
//! [`decoders`] tries what reads, without a robot, by the million; [`robot`] tries a robot behind real sockets.

pub mod canonical;
pub mod decoders;
pub mod json;
pub mod mutate;
pub mod orders;
pub mod robot;

/// What was wrong with what became of an input, as a sentence.
pub type Flaw = String;

/// An input as a person can read it and a program can be given it again.
pub fn shown(input: &[u8]) -> String {
    const MOST: usize = 2_000;
    let text: String =
        input.iter().take(MOST).flat_map(|byte| std::ascii::escape_default(*byte)).map(char::from).collect();
    if input.len() > MOST {
        format!("b\"{text}\"... ({} bytes)", input.len())
    } else {
        format!("b\"{text}\"")
    }
}
