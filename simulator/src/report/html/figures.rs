//! The figures of the run: each opens to say what it is.

use std::fmt::Write as _;

use super::super::Report;
use crate::page::Text;
use crate::sweep::FIGURES;

impl Report {
    pub(super) fn figures_html(&self, page: &mut String) {
        page.push_str(
            "<section id=\"figures\"><h2>Figures</h2><p class=\"soft\">As sweeps and comparisons have them. Each opens and \
             says what it is.</p><div class=\"figures\">",
        );
        for figure in const { &FIGURES } {
            let value = self.figures.get(figure.name).map(|number| number.0);
            let unit = if figure.unit == "-" { "" } else { figure.unit };
            let told = match value {
                None => "–".to_owned(),
                Some(value) if value == value.trunc() => format!("{value}"),
                Some(value) => format!("{value:.2}"),
            };
            let nothing = if value.is_none_or(|value| value == 0.0) { " nothing" } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(
                page,
                "<details class=\"figure{nothing}\"><summary title=\"{}\"><span>{}</span><b>{told} <small>{unit}</small></b>\
                 </summary><p>{}</p></details>",
                Text(figure.about),
                Text(figure.title()),
                Text(figure.about)
            );
        }
        page.push_str("</div></section>");
    }
}
