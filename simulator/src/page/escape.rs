//! Texts from files and from the robot as HTML and XML take them: nothing that somebody wrote becomes markup.

use std::fmt::{self, Display, Write};

/// A text inside HTML or XML, between tags or in quotes.
pub struct Text<T>(pub T);

impl<T: Display> Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Escaper<'a, 'b>(&'a mut fmt::Formatter<'b>);
        impl Write for Escaper<'_, '_> {
            fn write_str(&mut self, text: &str) -> fmt::Result {
                text.chars().try_for_each(|letter| match letter {
                    '&' => self.0.write_str("&amp;"),
                    '<' => self.0.write_str("&lt;"),
                    '>' => self.0.write_str("&gt;"),
                    '"' => self.0.write_str("&quot;"),
                    '\'' => self.0.write_str("&#39;"),
                    // XML 1.0 has no place for them, not even escaped.
                    '\u{0}'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {
                        self.0.write_char('\u{fffd}')
                    }
                    letter => self.0.write_char(letter),
                })
            }
        }
        write!(Escaper(f), "{}", self.0)
    }
}

/// JSON that lies in a page's script: a text in it ends no script and begins no comment.
pub fn script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_text_is_a_text() {
        let hostile = "<b a=\"x\" b='y'>&\u{7}</script>";
        let told = Text(hostile).to_string();
        assert_eq!(told, "&lt;b a=&quot;x&quot; b=&#39;y&#39;&gt;&amp;\u{fffd}&lt;/script&gt;");
        assert_eq!(script("[\"</script>\"]"), "[\"\\u003c/script\\u003e\"]");
    }
}
