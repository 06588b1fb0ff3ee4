//! What is skipped of a payload changes nothing: every example gives the same with all of it read.

use super::Mappings;
use super::compile;
use super::folder::{Files, Folders};
use super::program::Program;
use super::receive::{Input, Reading};
use crate::event::{Auth, Source};
use crate::ingress::{Payload, json_text};
use crate::value::Outline;
use bumpalo::Bump;

/// A forge's program; with `whole`, one that reads all of a payload.
fn program(files: &Files, forge: &str, whole: bool) -> Program {
    let mut faults = Vec::new();
    let folder = Folders::default().read(files, forge, &mut faults).unwrap();
    let head = compile::head(&folder, &mut faults).unwrap();
    let mut program = compile::compile(&folder, &head, &mut faults);
    for file in program.receive.values_mut().filter(|_| whole) {
        file.outline = Outline::empty();
        file.outline.keep_whole(Outline::ROOT);
    }
    program
}

#[test]
fn what_is_skipped_of_a_payload_changes_nothing() {
    let (files, mappings) = (Files::embedded(), Mappings::embedded().unwrap());
    let examples: Vec<_> = mappings.examples().into_iter().map(Result::unwrap).collect();
    let mut faults = Vec::new();
    for forge in mappings.forges() {
        let [some, all] = [false, true].map(|whole| program(&files, &forge.name, whole));
        for example in examples.iter().filter(|example| example.forge == forge.name) {
            let payload = Payload::of(&example.received(), forge).unwrap();
            let text = json_text(&payload.json).unwrap().text;
            let read = |program: &Program| {
                let input = Input {
                    forge: &forge.name,
                    text: &text,
                    headers: &example.headers,
                    source: Source::default(),
                    auth: Auth::default(),
                    given: example.given.clone(),
                };
                let place = mappings.memory_key(&input);
                let arena = Bump::new();
                let normal = Reading::new(program, &input, &arena).normalize().unwrap();
                if let Some(memory) = &normal.memory {
                    let place = place.expect("where it is looked for is where it lies");
                    assert_eq!(
                        (&place.key, place.at),
                        (&memory.key, memory.at),
                        "{}",
                        example.name
                    );
                }
                (normal.events, normal.skipped, normal.memory, normal.notes)
            };
            if read(&some) != read(&all) {
                faults.push(format!("{}/{}", forge.name, example.name));
            }
        }
    }
    assert!(faults.is_empty(), "the outline leaves out what is asked for: {faults:#?}");
}
