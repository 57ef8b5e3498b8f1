//! `cargo xtask schemas`: writes the JSON Schemas of the files that people write, for their editors.
//!
//! Each is printed by an example of the crate that reads such files; the test holds what is committed against it.

use std::process::ExitCode;

use anyhow::{Context, Result, ensure};

use crate::workspace::{Workspace, announce, output};

/// Package and example that print a schema, and where it is kept.
const SCHEMAS: [(&str, &str, &str); 1] = [("wimz-hal", "robot_schema", "assets/robots/robot.schema.json")];

/// Writes all schemas.
pub fn write(workspace: &Workspace) -> Result<ExitCode> {
    for (package, example, path) in SCHEMAS {
        let schema = print(workspace, package, example)?;
        std::fs::write(workspace.path(path), schema).with_context(|| format!("writing {path}"))?;
        println!("wrote {path}");
    }
    Ok(ExitCode::SUCCESS)
}

/// An error names the schemas that are not as they would be written.
pub fn check(workspace: &Workspace) -> Result<()> {
    let mut stale = Vec::new();
    for (package, example, path) in SCHEMAS {
        let committed = std::fs::read_to_string(workspace.path(path)).unwrap_or_default();
        if committed != print(workspace, package, example)? {
            stale.push(path);
        }
    }
    ensure!(stale.is_empty(), "{} out of date: `cargo xtask schemas` writes it anew", stale.join(", "));
    Ok(())
}

fn print(workspace: &Workspace, package: &str, example: &str) -> Result<String> {
    let words = ["run", "--quiet", "--package", package, "--features", "schema", "--example", example];
    let mut cargo = workspace.cargo(&words);
    announce(&cargo);
    output(&mut cargo)
}
