//! Writes every sample of every page, with its static files beside, into a
//! folder: `cargo run -p web --example gallery -- <folder> [language]`.

use std::error::Error;
use std::fs;
use std::path::Path;

use web::Language;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args()
        .nth(1)
        .ok_or("say which folder to write to: gallery <folder>")?;
    let folder = Path::new(&folder);
    let language: Language = match std::env::args().nth(2) {
        Some(tag) => tag.parse()?,
        None => Language::English,
    };
    for (name, html) in web::page::gallery(language)? {
        println!("{:>7} bytes  {name}", html.len());
        write(&folder.join(format!("{name}.html")), html.as_bytes())?;
    }
    for name in web::assets::names() {
        let address = web::assets::url(&name);
        let asset = web::assets::get(&name).ok_or("an asset is listed and cannot be read")?;
        write(&folder.join(address.trim_start_matches('/')), &asset.bytes)?;
    }
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Box<dyn Error>> {
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    fs::write(path, bytes)?;
    Ok(())
}
