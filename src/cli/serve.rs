//! `forgeway serve`: the gateway itself.

use super::{io, setup};
use anyhow::{Context, Result};
use clap::ValueEnum;
use forgeway::mapping::Mappings;
use forgeway::server::Prepared;
use forgeway::template::Templates;
use std::io::IsTerminal as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use tracing_subscriber::EnvFilter;

/// Run the gateway: receive, store, and deliver until it is told to stop.
///
/// Without a configuration (no --config, and no forgeway.yaml here) it starts with a generated one
/// and prints it: a source that takes every forge, and a target on this machine.
///
/// Stops at Ctrl-C or SIGTERM after what is in flight has ended; what is not yet delivered goes
/// on at the next start. FORGEWAY_LOG sets what is logged, such as `debug` or `forgeway=trace`.
///
/// Examples:
///   forgeway serve
///   forgeway serve --config forgeway.yaml
///   forgeway serve --config forgeway.yaml --mappings ./mappings --log-format json
#[derive(Debug, clap::Args)]
#[command(verbatim_doc_comment)]
pub(super) struct Args {
    /// The configuration.
    #[arg(long, short, value_name = "FILE")]
    config: Option<PathBuf>,
    /// A folder of mappings that replaces whole files of the built-in ones.
    #[arg(long, value_name = "DIR")]
    mappings: Option<PathBuf>,
    /// A folder of templates that replaces whole files of the built-in ones.
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    /// Listen here instead of where the configuration says.
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    /// How log lines are written.
    #[arg(long, value_enum, default_value_t = LogFormat::Text)]
    log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LogFormat {
    /// For people.
    Text,
    /// For machines: one JSON object a line.
    Json,
}

impl Args {
    /// Runs until it is told to stop.
    pub(super) fn run(self) -> Result<ExitCode> {
        start_log(self.log_format);
        let file = setup::config_file(self.config);
        let own = setup::mapping_folders(file.as_deref());
        let (mappings, faults) = Mappings::tolerant(self.mappings.as_deref(), &own)?;
        for fault in &faults {
            tracing::error!(%fault, "a mapping has a fault: what needs it is kept as failed");
        }
        let templates = Arc::new(Templates::load(self.templates.as_deref(), &[])?);
        for fault in templates.faults() {
            tracing::error!(%fault, "a template has a fault: nothing is sent by it");
        }
        let mut config = match file {
            Some(file) => setup::read_config(&file, &mappings, &templates)?,
            None => {
                let (config, text) = setup::starter(&mappings)?;
                io::print(text)?;
                config
            }
        };
        config.listen = self.listen.unwrap_or(config.listen);
        io::runtime()?.block_on(async {
            // The port first: a second gateway must not touch the first one's store.
            let listener = io::bind(config.listen).await?;
            let address = listener.local_addr().context("the address listened on")?;
            let gateway = Prepared::new(config, Arc::new(mappings), &templates)?;
            let stop = stop_signal()?;
            tracing::info!(%address, "listening");
            Ok(match gateway.run(listener, stop).await {
                true => ExitCode::SUCCESS,
                // Nothing is lost: what was under way is in the store and will be repeated.
                false => ExitCode::FAILURE,
            })
        })
    }
}

/// Logs go to stderr; stdout is for what was asked for.
fn start_log(format: LogFormat) {
    let filter = EnvFilter::try_from_env("FORGEWAY_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        // Colours are for a terminal; in a file they are noise.
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
}

/// Resolves at Ctrl-C or, where there is such a thing, SIGTERM.
fn stop_signal() -> Result<impl Future<Output = ()>> {
    #[cfg(unix)]
    let mut terminate = {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate()).context("waiting for SIGTERM")?
    };
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
        tracing::info!("stopping: no new requests; what is in flight ends first");
    })
}
