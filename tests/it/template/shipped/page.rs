//! The page of the templates that ship, made from what they say of themselves.

use super::SHIPPED;
use crate::generated;
use std::fmt::Write as _;

#[test]
fn the_page_of_the_templates_is_made_from_them() {
    let mut page = "# Templates that ship\n\nThis page is made from the templates: `BLESS=1 cargo test --test it shipped`. \
         `format: NAME` on a target uses one, `forgeway render --template NAME --event push` shows what it sends, and a folder of the \
         same name under `--templates DIR` changes it, file by file ([how](../templates/README.md)). What each receiver takes is \
         written down beside the tests, in `tests/template/shipped/`, and held against what the template makes of every forge.\n\n\
         | template | what it is for | sends | a plain `secret` signs as |\n|---|---|---|---|\n"
        .to_owned();
    for template in SHIPPED.all() {
        let (name, settings) = (template.name(), template.settings());
        let doc = settings.doc.as_deref().unwrap_or_default().trim().replace('\n', " ");
        let signs = match settings.sign.is_empty() {
            true => "nothing of its own".to_owned(),
            false => settings
                .sign
                .iter()
                .map(|scheme| format!("`{scheme}`"))
                .collect::<Vec<_>>()
                .join(", "),
        };
        let sends = settings.content_type.split(';').next().unwrap_or_default();
        writeln!(
            page,
            "| [{name}](../templates/{name}) | {} | {sends} | {signs} |",
            doc.replace('|', "\\|")
        )
        .unwrap();
    }
    generated::compare("docs/templates.md", &page);
}
