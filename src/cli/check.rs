//! `forgeway check`: is everything as it should be, before anything runs.

use super::{io, setup};
use anyhow::Result;
use forgeway::config::{Config, ConfigError};
use forgeway::mapping::{MappingErrors, Mappings};
use forgeway::template::Templates;
use std::path::PathBuf;
use std::process::ExitCode;

/// Check a configuration, the mappings and the templates, and run their examples.
///
/// Names every fault with its file, line and field. Starts nothing, connects to nothing.
/// Exit status 0: all is well. 1: there are faults.
///
/// Examples:
///   forgeway check
///   forgeway check forgeway.yaml
///   forgeway check --mappings ./mappings --templates ./templates
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The configuration; left out: forgeway.yaml, where there is one.
    #[arg(value_name = "FILE")]
    config: Option<PathBuf>,
    /// A folder of mappings that replaces whole files of the built-in ones.
    #[arg(long, value_name = "DIR")]
    mappings: Option<PathBuf>,
    /// A folder of templates that replaces whole files of the built-in ones.
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
}

impl Args {
    /// Prints every fault, or that there is none.
    pub(super) fn run(self) -> Result<ExitCode> {
        let file = setup::config_file(self.config);
        let own = setup::mapping_folders(file.as_deref());
        let (mappings, faults) =
            Mappings::tolerant(self.mappings.as_deref(), &own).or_else(|error| match error {
                // The configuration is still held against the mappings that there are.
                MappingErrors::Faults(faults) => Ok((Mappings::embedded()?, faults)),
                other @ MappingErrors::Folder { .. } => Err(other),
            })?;
        let templates = Templates::load(self.templates.as_deref(), &[])?;
        let faults = faults.into_iter().chain(templates.faults());
        let faults: Vec<_> = faults.collect();
        let mut faults: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let templated = templates.examples();
        for (template, name) in &templated {
            // Where a template is broken, its examples would only say so again.
            if templates.get(template).is_some_and(|template| template.faults().is_empty())
                && let Err(fault) = templates.check_example(&mappings, template, name)
            {
                faults.push(fault.to_string());
            }
        }
        // Where a mapping is broken, its examples would only say so again.
        let examples = if faults.is_empty() { run_examples(&mappings, &mut faults) } else { 0 };
        let mut checked = format!(
            "forges {}, templates {}, examples {examples}",
            mappings.forges().len(),
            templates.names().count()
        );
        let has_config = file.is_some();
        if let Some(file) = file {
            match setup::read_config(&file, &mappings, &templates) {
                Ok(config) => {
                    advise(&config);
                    checked = format!(
                        "{}: sources {}, targets {}, routes {}; {checked}",
                        file.display(),
                        config.sources.len(),
                        config.targets.len(),
                        config.routes.len(),
                    );
                }
                Err(ConfigError::Faults(found)) => {
                    faults.extend(found.0.iter().map(ToString::to_string));
                }
                Err(error @ ConfigError::File { .. }) => faults.push(error.to_string()),
            }
        }
        if faults.is_empty() {
            if !has_config {
                io::remark(
                    "no configuration was named and there is no forgeway.yaml here: checked the mappings alone",
                );
            }
            io::print(format_args!("all is well: {checked}"))?;
            return Ok(ExitCode::SUCCESS);
        }
        for fault in &faults {
            io::print(fault)?;
        }
        let s = if faults.len() == 1 { "" } else { "s" };
        io::remark(format_args!("forgeway: {} fault{s}", faults.len()));
        Ok(ExitCode::FAILURE)
    }
}

/// Remarks on what is no fault, and hardly meant.
fn advise(config: &Config) {
    for target in &config.targets {
        if !target.allow_private
            && let Err(refused) = forgeway::egress::check_host(target.url.expose())
        {
            io::remark(format_args!(
                "targets.{}: nothing will be sent there: {refused}",
                target.name
            ));
        }
        if !config.routes.iter().any(|route| route.to.contains(&target.name)) {
            io::remark(format_args!("targets.{}: no route leads to it", target.name));
        }
    }
    if config.sources.is_empty() {
        io::remark("sources: there is none, so nothing can be received");
    }
}

/// Runs every example; gives how many hold.
fn run_examples(mappings: &Mappings, faults: &mut Vec<String>) -> usize {
    let mut hold = 0;
    for example in mappings.examples() {
        match example.and_then(|example| mappings.check_example(&example)) {
            Ok(()) => hold += 1,
            Err(fault) => faults.push(fault.to_string()),
        }
    }
    hold
}
