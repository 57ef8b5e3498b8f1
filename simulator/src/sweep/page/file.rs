//! The file that a page is written to. What else may lie there is left alone, and that it cannot be written is better known
//! before a long sweep than after it.

use std::fmt::Display;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::path::Path;

use super::super::results::unreadable;
use crate::assets::BadInput;
use crate::page::BEGINNING;
use crate::whole::{aside, put};

/// Where a page will be.
#[derive(Clone, Copy, Debug)]
pub struct PageFile<'a>(&'a Path);

impl<'a> PageFile<'a> {
    /// Sees whether a page can be written there.
    ///
    /// # Errors
    /// [`BadInput`] if it cannot, or if there is something that is no page.
    pub fn prepare(path: &'a Path) -> Result<Self, BadInput> {
        let name = path.display().to_string();
        match fs::read(path) {
            Ok(bytes) if !bytes.is_empty() && !bytes.starts_with(BEGINNING.as_bytes()) => {
                return Err(BadInput::Wrong(format!(
                    "{name} is there already, and is no page of wimz's: it is left alone"
                )));
            }
            Err(_) if path.is_dir() => {
                return Err(BadInput::Wrong(format!(
                    "{name} is a folder: the page is a file, such as {}",
                    path.join("page.html").display()
                )));
            }
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(unreadable(&name, &error)),
            Ok(_) | Err(_) => {}
        }
        let aside = aside(path);
        File::create(&aside)
            .and_then(|_| fs::remove_file(&aside))
            .map_err(|error| unreadable(&name, &error))?;
        Ok(Self(path))
    }

    /// Writes it, all or nothing.
    ///
    /// # Errors
    /// [`BadInput`] if it cannot be written.
    pub fn write(self, page: &impl Display) -> Result<(), BadInput> {
        put(self.0, page.to_string().as_bytes())
            .map_err(|error| unreadable(&self.0.display().to_string(), &error))
    }
}
