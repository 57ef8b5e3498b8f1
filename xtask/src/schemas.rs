//! `cargo xtask schemas`: writes the JSON Schemas of the files that people write, for their editors, and the documents
//! of the API.
//!
//! Each is printed by an example of the crate that reads such files, or speaks so; the test holds what is committed
//! against it.

use std::process::ExitCode;

use anyhow::{Context, Result, ensure};

use crate::workspace::{Workspace, announce, output};

/// What prints a schema, and where it is kept.
struct Printed {
    package: &'static str,
    feature: &'static str,
    example: &'static str,
    path: &'static str,
}

const SCHEMAS: [Printed; 7] = [
    Printed {
        package: "wimz-hal",
        feature: "schema",
        example: "robot_schema",
        path: "assets/robots/robot.schema.json",
    },
    plan("trick_schema", "assets/tricks/trick.schema.json"),
    plan("script_schema", "assets/scripts/script.schema.json"),
    plan("mission_schema", "assets/missions/mission.schema.json"),
    plan("program_schema", "assets/programs/program.schema.json"),
    document("openapi", "docs/api/openapi.json"),
    document("asyncapi", "docs/api/asyncapi.json"),
];

const fn document(example: &'static str, path: &'static str) -> Printed {
    Printed { package: "wimz-contract", feature: "schemas", example, path }
}

const fn plan(example: &'static str, path: &'static str) -> Printed {
    Printed { package: "wimz-brain", feature: "schemas", example, path }
}

/// Writes all schemas.
pub fn write(workspace: &Workspace) -> Result<ExitCode> {
    for printed in SCHEMAS {
        let path = printed.path;
        let schema = print(workspace, &printed)?;
        std::fs::write(workspace.path(path), schema).with_context(|| format!("writing {path}"))?;
        println!("wrote {path}");
    }
    Ok(ExitCode::SUCCESS)
}

/// An error names the schemas that are not as they would be written.
pub fn check(workspace: &Workspace) -> Result<()> {
    let mut stale = Vec::new();
    for printed in SCHEMAS {
        let committed = std::fs::read_to_string(workspace.path(printed.path)).unwrap_or_default();
        if committed != print(workspace, &printed)? {
            stale.push(printed.path);
        }
    }
    ensure!(stale.is_empty(), "{} out of date: `cargo xtask schemas` writes it anew", stale.join(", "));
    Ok(())
}

fn print(workspace: &Workspace, printed: &Printed) -> Result<String> {
    let Printed { package, feature, example, .. } = *printed;
    let mut cargo = workspace.cargo(&[
        "run",
        "--quiet",
        "--package",
        package,
        "--features",
        feature,
        "--example",
        example,
    ]);
    announce(&cargo);
    output(&mut cargo)
}
