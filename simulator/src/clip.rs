//! Where pictures go: a PNG file, an animated one, or a folder of them. What is not whole never has its final name.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use flate2::Crc;
use png::{BitDepth, ColorType, Compression, Encoder, Filter, Writer};
use wimz_window::Picture;

use crate::assets::BadInput;
use crate::whole::{aside, is_special, put};

/// Where the count of pictures stands in an animated PNG: behind the signature, 8 bytes, and its first chunk, 25.
const COUNT_AT: u64 = 8 + 25;

/// Where a clip goes, asked before anything of it is drawn.
pub struct Wanted<'a> {
    out: &'a Path,
    is_folder: bool,
}

impl<'a> Wanted<'a> {
    /// Whether it can go there.
    ///
    /// # Errors
    /// [`BadInput`] for a file of another kind, a folder that has something in it, or a place where nothing can be written.
    pub fn at(out: &'a Path) -> Result<Self, BadInput> {
        let wrong = |what: String| BadInput::Wrong(format!("{}: {what}", out.display()));
        let ending = out.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let names_a_folder = out.is_dir() || out.as_os_str().to_string_lossy().ends_with('/');
        let is_folder = match ending.as_deref() {
            _ if names_a_folder => true,
            None => true,
            Some("png" | "apng") => false,
            Some(other) => {
                return Err(wrong(format!(
                    "wimz writes no .{other}: name a file that ends in .png, or a folder, whose pictures ffmpeg makes a video of"
                )));
            }
        };
        // The nearest folder that is there already.
        let mut house = if is_folder { out } else { parent(out) };
        if is_folder && !house.is_dir() {
            if house.exists() {
                return Err(wrong("this is a file: name a folder, which need not be there yet".to_owned()));
            }
            house = house.ancestors().skip(1).map(here).find(|folder| folder.exists()).unwrap_or(house);
        } else if is_folder {
            let mut there = fs::read_dir(out).map_err(|error| wrong(plain(&error)))?;
            if there.next().is_some() {
                let what =
                    "there is something in it already: empty it, or name a folder that need not be there yet";
                return Err(wrong(what.to_owned()));
            }
        }
        if is_special(out) {
            return Err(wrong("this is no file: name one that ends in .png, or a folder".to_owned()));
        }
        writable(house).map_err(wrong)?;
        Ok(Self { out, is_folder })
    }

    /// Begins it: so many pictures of this size, so many a second.
    ///
    /// # Errors
    /// The system's.
    pub fn begin(&self, size: [u32; 2], rate: u16, pictures: u32) -> io::Result<Clip> {
        let out = self.out.to_owned();
        if self.is_folder {
            let is_new = !out.exists();
            fs::create_dir_all(&out)?;
            return Ok(Clip { out, pictures: 0, rest: Rest::Folder { rate, is_new } });
        }
        let mut encoder = encoder(BufWriter::new(File::create(aside(&out))?), size);
        encoder.set_animated(pictures, 0)?;
        encoder.set_frame_delay(1, rate)?;
        let writer = Some(encoder.write_header()?);
        Ok(Clip { out, pictures: 0, rest: Rest::Animation { writer, before: None } })
    }
}

/// Pictures, one after the other. What was begun and is not ended leaves only whole pictures behind.
pub struct Clip {
    out: PathBuf,
    pictures: u32,
    rest: Rest,
}

enum Rest {
    Folder { rate: u16, is_new: bool },
    Animation { writer: Option<Writer<BufWriter<File>>>, before: Option<Picture> },
}

impl Clip {
    /// One more picture.
    ///
    /// # Errors
    /// The system's: the disk may be full.
    pub fn add(&mut self, picture: Picture) -> io::Result<()> {
        self.pictures += 1;
        match &mut self.rest {
            Rest::Folder { .. } => write(&self.out.join(format!("{:05}.png", self.pictures)), &picture),
            Rest::Animation { writer, before } => {
                let writer = writer.as_mut().expect("it is taken at the end");
                let piece = match before {
                    None => Piece::whole(&picture),
                    Some(before) => Piece::between(before, &picture),
                };
                writer.reset_frame_position()?;
                writer.set_frame_dimension(piece.size[0], piece.size[1])?;
                writer.set_frame_position(piece.at[0], piece.at[1])?;
                writer.write_image_data(&piece.cut(&picture))?;
                *before = Some(picture);
                Ok(())
            }
        }
    }

    /// Puts it in its place, with as many pictures as it has; how to go on from there, if there is a way.
    ///
    /// # Errors
    /// The system's.
    pub fn end(mut self) -> io::Result<Option<String>> {
        match &mut self.rest {
            Rest::Folder { rate, .. } => {
                let folder = self.out.to_string_lossy();
                let folder = folder.trim_end_matches('/');
                Ok(Some(format!(
                    "ffmpeg -framerate {rate} -i '{folder}/%05d.png' -vf 'crop=trunc(iw/2)*2:trunc(ih/2)*2' -c:v libx264 -pix_fmt yuv420p \
                     '{folder}.mp4'"
                )))
            }
            Rest::Animation { writer, .. } => {
                writer.take().map_or(Ok(()), Writer::finish)?;
                if self.pictures > 0 {
                    let file = aside(&self.out);
                    count(&file, self.pictures)?;
                    fs::rename(file, &self.out)?;
                }
                Ok(None)
            }
        }
    }
}

impl Drop for Clip {
    /// Nothing more can be done about what does not go.
    fn drop(&mut self) {
        match &mut self.rest {
            // A folder with something in it stays.
            Rest::Folder { is_new: true, .. } => drop(fs::remove_dir(&self.out)),
            Rest::Folder { .. } => {}
            Rest::Animation { writer, .. } => {
                drop(writer.take());
                let _ = fs::remove_file(aside(&self.out));
            }
        }
    }
}

/// Writes a picture as PNG.
///
/// # Errors
/// The system's.
pub fn write(out: &Path, picture: &Picture) -> io::Result<()> {
    let mut bytes = Vec::new();
    let mut writer = encoder(&mut bytes, picture.size).write_header()?;
    writer.write_image_data(&picture.rgb)?;
    writer.finish()?;
    put(out, &bytes)
}

fn encoder<W: Write>(to: W, [width, height]: [u32; 2]) -> Encoder<'static, W> {
    let mut encoder = Encoder::new(to, width, height);
    encoder.set_color(ColorType::Rgb);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Fast);
    encoder.set_filter(Filter::Adaptive);
    encoder
}

/// Writes down how many pictures an animated PNG has: chunk `acTL`, which has that number, then how often it is played.
fn count(file: &Path, pictures: u32) -> io::Result<()> {
    let mut chunk = *b"acTL\0\0\0\0\0\0\0\0";
    chunk[4..8].copy_from_slice(&pictures.to_be_bytes());
    let mut crc = Crc::new();
    crc.update(&chunk);
    let mut file = OpenOptions::new().write(true).open(file)?;
    file.seek(SeekFrom::Start(COUNT_AT + 4))?;
    file.write_all(&chunk)?;
    file.write_all(&crc.sum().to_be_bytes())?;
    file.sync_all()
}

/// A rectangle of a picture.
struct Piece {
    at: [u32; 2],
    size: [u32; 2],
}

impl Piece {
    fn whole(picture: &Picture) -> Self {
        Self { at: [0, 0], size: picture.size }
    }

    /// All that is not as it was before; one pixel, if everything is.
    fn between(before: &Picture, now: &Picture) -> Self {
        let row = 3 * now.size[0] as usize;
        let (mut low, mut high) = ([u32::MAX; 2], [0; 2]);
        for (y, (before, now)) in (0..).zip(before.rgb.chunks_exact(row).zip(now.rgb.chunks_exact(row))) {
            if before == now {
                continue;
            }
            let pixels = || (0..).zip(before.as_chunks::<3>().0.iter().zip(now.as_chunks::<3>().0));
            for (x, _) in pixels().filter(|(_, (before, now))| before != now) {
                low = [low[0].min(x), low[1].min(y)];
                high = [high[0].max(x + 1), high[1].max(y + 1)];
            }
        }
        if high == [0; 2] {
            return Self { at: [0, 0], size: [1, 1] };
        }
        Self { at: low, size: [high[0] - low[0], high[1] - low[1]] }
    }

    fn cut(&self, picture: &Picture) -> Vec<u8> {
        let [x, y, width, height] =
            [self.at[0], self.at[1], self.size[0], self.size[1]].map(|pixels| pixels as usize);
        let rows = picture.rgb.chunks_exact(3 * picture.size[0] as usize).skip(y).take(height);
        rows.flat_map(|row| &row[3 * x..3 * (x + width)]).copied().collect()
    }
}

/// Whether one picture can go there, asked before it is drawn: to a PNG file, or to what is no file, such as a pipe.
///
/// # Errors
/// [`BadInput`] for a folder, a file of another kind, or a place where nothing can be written.
pub fn fits(out: &Path) -> Result<(), BadInput> {
    let wrong = |what: String| BadInput::Wrong(format!("{}: {what}", out.display()));
    if is_special(out) {
        return Ok(());
    }
    if out.is_dir() {
        return Err(wrong("this is a folder: name a file that ends in .png".to_owned()));
    }
    if out.extension().is_none_or(|ending| !ending.eq_ignore_ascii_case("png")) {
        return Err(wrong("a picture is a PNG: name a file that ends in .png".to_owned()));
    }
    writable(parent(out)).map_err(wrong)
}

/// Whether files can be made in a folder. One without a name leaves nothing behind.
fn writable(folder: &Path) -> Result<(), String> {
    tempfile::tempfile_in(folder).map(drop).map_err(|error| plain(&error))
}

/// The folder that a file is in.
fn parent(path: &Path) -> &Path {
    here(path.parent().unwrap_or(path))
}

fn here(folder: &Path) -> &Path {
    if folder.as_os_str().is_empty() { Path::new(".") } else { folder }
}

/// The system's word on an error, for people.
fn plain(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such folder".to_owned(),
        io::ErrorKind::PermissionDenied => "nothing may be written there".to_owned(),
        io::ErrorKind::ReadOnlyFilesystem => "nothing can be written there".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use png::Decoder;

    use super::*;

    /// A square of a colour that goes over a plain ground, and in the last two does not.
    fn picture(number: u32) -> Picture {
        let [width, height] = [24, 10];
        let pixel = |x: u32, y: u32| {
            let at = 3 * number.min(3);
            let is_square = (at..at + 4).contains(&x) && (2..6).contains(&y);
            if is_square { [200, 30, 10] } else { [x as u8, 90, y as u8] }
        };
        let rgb = (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect();
        Picture { size: [width, height], rgb }
    }

    /// What a browser makes of an animated PNG.
    fn played(file: &Path) -> Vec<Picture> {
        let mut reader = Decoder::new(io::BufReader::new(File::open(file).unwrap())).read_info().unwrap();
        let info = reader.info();
        let (size, count) = ([info.width, info.height], info.animation_control.unwrap().num_frames);
        let mut canvas = vec![0; 3 * (size[0] * size[1]) as usize];
        let mut pictures = Vec::new();
        for _ in 0..count {
            let mut piece = vec![0; canvas.len()];
            let read = reader.next_frame(&mut piece).unwrap();
            let frame = reader.info().frame_control.unwrap();
            assert_eq!((frame.delay_num, frame.delay_den), (1, 25));
            for y in 0..frame.height as usize {
                let to = 3 * ((y + frame.y_offset as usize) * size[0] as usize + frame.x_offset as usize);
                let row = &piece[y * read.line_size..][..3 * frame.width as usize];
                canvas[to..to + row.len()].copy_from_slice(row);
            }
            pictures.push(Picture { size, rgb: canvas.clone() });
        }
        assert!(reader.next_frame(&mut canvas).is_err(), "there are more than it says");
        pictures
    }

    #[test]
    fn an_animated_picture_that_ends_early_is_whole_and_only_then_has_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("clip.png");
        let mut clip = Wanted::at(&out).unwrap().begin([24, 10], 25, 100).unwrap();
        for number in 0..5 {
            clip.add(picture(number)).unwrap();
        }
        assert!(!out.exists());
        assert_eq!(clip.end().unwrap(), None);
        assert_eq!(played(&out), (0..5).map(picture).collect::<Vec<_>>());
        let mut lost = Wanted::at(&out).unwrap().begin([24, 10], 25, 100).unwrap();
        lost.add(picture(0)).unwrap();
        drop(lost);
        assert_eq!(played(&out).len(), 5, "it is still the one before");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "and nothing else is left");
    }

    #[test]
    fn a_folder_has_whole_pictures_and_is_gone_if_it_has_none() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("deep/clip");
        let begun = || Wanted::at(&out).unwrap().begin([24, 10], 30, 100).unwrap();
        drop(begun());
        assert!(!out.exists());
        let mut clip = begun();
        clip.add(picture(0)).unwrap();
        drop(clip);
        let names: Vec<_> = fs::read_dir(&out).unwrap().map(|file| file.unwrap().file_name()).collect();
        assert_eq!(names, ["00001.png"]);
    }

    #[test]
    fn where_it_cannot_go_is_known_before_it_is_drawn() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("full")).unwrap();
        fs::write(at("full/holiday.png"), "mine").unwrap();
        fs::write(at("file"), "mine").unwrap();
        let told =
            |name: &str| Wanted::at(&at(name)).err().map(|error| error.to_string()).unwrap_or_default();
        for (name, what) in [
            ("full", "there is something in it already"),
            ("file", "this is a file"),
            ("file/clip", "Not a directory"),
            ("clip.mp4", "wimz writes no .mp4"),
            ("nowhere/clip.png", "there is no such folder"),
        ] {
            assert!(told(name).contains(what), "{name}: {}", told(name));
        }
        for name in ["clip.png", "clip.APNG", "clip", "a/b/c", "v1.2/"] {
            assert_eq!(told(name), "", "{name}");
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "asking leaves nothing behind");
    }
}
