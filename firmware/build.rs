//! Builds anew when a file of the page comes or goes: the embedding notices changed files only.

fn main() {
    println!("cargo::rerun-if-changed=../assets/app");
}
