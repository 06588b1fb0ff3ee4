//! Writes every example as a seed: `seeds FOLDER`.

use forgeway_fuzz::EXAMPLES;
use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let folder = PathBuf::from(std::env::args().nth(1).unwrap_or_else(|| "corpus".to_owned()));
    std::fs::create_dir_all(&folder)?;
    for (place, example) in EXAMPLES.iter().enumerate() {
        let place = u16::try_from(place).unwrap_or(u16::MAX);
        for travel in [0, 1] {
            let mut seed = place.to_be_bytes().to_vec();
            seed.push(travel);
            seed.extend_from_slice(example.body.as_bytes());
            std::fs::write(folder.join(format!("{}-{}-{travel}", example.forge, example.name)), seed)?;
        }
    }
    Ok(())
}
