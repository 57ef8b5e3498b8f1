//! `cargo xtask bench`: takes the figures and shows them as a table, against their bars.

use std::path::PathBuf;
use std::process::{ExitCode, Stdio};

use anyhow::{Context, Result, ensure};
use clap::Args;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::python;
use crate::workspace::{Workspace, announce};

/// What the robot that serves as a yardstick runs on.
const UVICORN: &str = "tests/benches/figures/uvicorn/requirements.txt";

#[derive(Debug, Args)]
pub struct Bench {
    /// Also write the figures to this file, as JSON
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// One line of the bench.
#[derive(Debug, Deserialize, Serialize)]
struct Figure {
    what: String,
    value: Value,
    #[serde(default)]
    unit: String,
    #[serde(default)]
    bar: Value,
    #[serde(default)]
    note: String,
}

pub fn bench(workspace: &Workspace, words: &Bench) -> Result<ExitCode> {
    let wimz = workspace.wimz()?;
    let mut cargo = workspace.cargo(&["bench", "--package", "wimz-tests", "--bench", "figures"]);
    match python::environment(workspace, "uvicorn", UVICORN)? {
        Ok(python) => drop(cargo.env("UVICORN_PYTHON", python)),
        Err(why) => eprintln!("not measured beside a robot on uvicorn: {why}"),
    }
    announce(cargo.env("WIMZ", wimz));
    let done = cargo.stderr(Stdio::inherit()).output().context("starting cargo")?;
    let said = String::from_utf8(done.stdout).context("the bench wrote no UTF-8")?;
    let figures = figures(&said)?;
    print!("{}", table(&figures));
    ensure!(
        done.status.success(),
        "the bench failed, {}: a bar is missed, or it says above why",
        done.status
    );
    ensure!(!figures.is_empty(), "the bench gave no figures");
    if let Some(file) = &words.json {
        let text = serde_json::to_string_pretty(&figures)? + "\n";
        std::fs::write(file, text).with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads the lines that are objects; anything else passes through.
fn figures(said: &str) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for line in said.lines() {
        if line.starts_with('{') {
            figures.push(serde_json::from_str(line).with_context(|| format!("reading the figure {line}"))?);
        } else if !line.is_empty() {
            println!("{line}");
        }
    }
    Ok(figures)
}

fn table(figures: &[Figure]) -> String {
    let heads = ["what", "value", "unit", "bar", "note"].map(str::to_owned);
    let rows = figures.iter().map(|figure| {
        [
            figure.what.clone(),
            cell(&figure.value),
            figure.unit.clone(),
            cell(&figure.bar),
            figure.note.clone(),
        ]
    });
    let rows: Vec<[String; 5]> = std::iter::once(heads).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let (a, b, c, d) = (width(0), width(1), width(2), width(3));
    let line = |[what, value, unit, bar, note]: &[String; 5]| {
        let line = format!("{what:<a$}  {value:>b$} {unit:<c$}  {bar:>d$}  {note}");
        format!("{}\n", line.trim_end())
    };
    rows.iter().map(line).collect()
}

/// A value for people: at most four digits that say something.
fn cell(value: &Value) -> String {
    match value {
        Value::Null => "-".to_owned(),
        Value::String(text) => text.clone(),
        Value::Number(number) => match number.as_f64() {
            Some(real) if number.is_f64() => {
                let digits = (3 - real.abs().max(1.0).log10() as i32).clamp(0, 3);
                format!("{real:.*}", usize::try_from(digits).unwrap_or_default())
            }
            _ => number.to_string(),
        },
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_become_an_aligned_table() {
        let said = r#"
running the figures
{"what":"stop to zero","value":1.23456,"unit":"ms","bar":"at most 20","note":"p99"}
{"what":"patrol","value":12345.6,"unit":"x","bar":null}
"#;
        let expected = "\
what            value unit         bar  note
stop to zero    1.235 ms    at most 20  p99
patrol        12346 x              -
";
        let shown = table(&figures(said).unwrap());
        let squeezed = |text: &str| {
            text.lines().map(|l| l.split_whitespace().collect::<Vec<_>>().join(" ")).collect::<Vec<_>>()
        };
        assert_eq!(squeezed(&shown), squeezed(expected));
        let places: Vec<_> =
            shown.lines().take(2).map(|line| line.find("unit").or(line.find("ms"))).collect();
        assert_eq!(places[0], places[1]);
    }

    #[test]
    fn a_line_that_is_no_figure_is_an_error() {
        assert!(figures(r#"{"value":1}"#).is_err());
    }
}
