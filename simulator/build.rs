//! Builds anew when a room, robot or scenario comes or goes: the embedding notices changed files only.

fn main() {
    for folder in ["robots", "rooms", "scenarios"] {
        println!("cargo::rerun-if-changed=../assets/{folder}");
    }
}
