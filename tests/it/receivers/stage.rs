//! A gateway in front of a receiver, with a source for each play.

use super::facts::{Facts, compare};
use super::play::{Play, meaning};
use super::program::{Hook, Running as Program, SECRET};
use crate::gateway::Running as Gateway;
use forgeway::mapping::Example;
use serde_json::Value;
use std::fmt::Write as _;

/// The gateway, the receiver and what is played between them.
pub(super) struct Stage<'a> {
    pub(super) hook: &'a Hook,
    gateway: Gateway,
    program: &'a mut Program,
}

/// What a receiver made of a delivery.
#[derive(Debug, Default)]
pub(super) struct Heard {
    /// What it understood.
    pub(super) understood: Vec<Facts>,
    /// How it answered each request.
    pub(super) answers: Vec<u64>,
    /// What it said of those it refused.
    pub(super) refusals: Vec<Value>,
}

impl Heard {
    pub(super) fn refused(&self) -> usize {
        self.answers.iter().filter(|status| !(200..300).contains(*status)).count()
    }
}

impl<'a> Stage<'a> {
    /// Starts a gateway that says all these plays to a receiver. What comes to `/in/forged-<source>` is
    /// signed with a secret that the receiver does not know.
    pub(super) async fn set(hook: &'a Hook, plays: &[Play], program: &'a mut Program) -> Self {
        let (port, path) = (program.port, &hook.path);
        let mut config = "sources:\n".to_owned();
        let (mut right, mut wrong) = (Vec::new(), Vec::new());
        for play in plays {
            let (source, forge) = (play.source(), &play.delivery.forge);
            for name in [source.clone(), format!("forged-{source}")] {
                writeln!(config, "  {name}: {{ forge: {forge}, verify: none }}").unwrap();
            }
            wrong.push(format!("forged-{source}"));
            right.push(source);
        }
        config.push_str("targets:\n");
        let companions = if hook.companions { "on" } else { "off" };
        for (name, secret) in [("right", SECRET), ("wrong", "not the receiver's")] {
            writeln!(
                config,
                "  {name}: {{ url: 'http://127.0.0.1:{port}{path}', format: {}, allow_private: true, \
                 sign: {{ secret: \"{secret}\" }}, retry: {{ attempts: 1 }}, companions: {companions} }}",
                hook.format
            )
            .unwrap();
        }
        write!(
            config,
            "routes:\n  - {{ from: [{}], to: [right] }}\n  - {{ from: [{}], to: [wrong] }}\n",
            right.join(", "),
            wrong.join(", ")
        )
        .unwrap();
        Self { hook, gateway: Gateway::start(&config).await, program }
    }

    /// What a delivery should be understood as, and how many requests tell it.
    pub(super) fn meaning(&self, delivery: &Example) -> (Vec<Facts>, usize) {
        meaning(delivery, &self.hook.format, self.hook.companions)
    }

    /// Plays one, and gives the facts that the receiver understood as they are, or what it did not.
    pub(super) async fn perform(&mut self, play: &Play) -> Result<Vec<String>, Vec<String>> {
        let mut facts = Vec::new();
        for delivery in play.before.iter().chain([&play.delivery]) {
            let (expected, requests) = self.meaning(delivery);
            let heard = self.say(&play.source(), delivery, requests).await;
            facts.extend(self.judge(&expected, &heard)?);
        }
        Ok(facts)
    }

    /// Holds what was heard against what happened.
    pub(super) fn judge(
        &self,
        expected: &[Facts],
        heard: &Heard,
    ) -> Result<Vec<String>, Vec<String>> {
        let hook = self.hook;
        let heeded: Vec<Facts> = expected.iter().filter(|it| hook.heeds(it)).cloned().collect();
        let refused = expected.iter().filter(|facts| hook.refuses(facts)).count();
        if heard.refused() != refused {
            let (answers, refusals) = (&heard.answers, &heard.refusals);
            return Err(vec![format!("answered {answers:?}, {refusals:?}")]);
        }
        compare(&heeded, &heard.understood, &hook.understands)
    }

    /// Sends a delivery as its forge would, and listens until the receiver has answered every request
    /// that it becomes.
    pub(super) async fn say(&mut self, source: &str, delivery: &Example, requests: usize) -> Heard {
        let query = delivery.received().query.map(|query| format!("?{query}")).unwrap_or_default();
        let mut head = format!("POST /in/{source}{query} HTTP/1.1");
        for (name, value) in &delivery.headers {
            write!(head, "\r\n{name}: {}", value.to_str().unwrap()).unwrap();
        }
        let answer = self.gateway.send(&head, delivery.body.as_bytes()).await;
        assert_eq!(answer.status, 200, "{source}: {}", answer.body);
        let mut heard = Heard::default();
        while heard.answers.len() < requests {
            let mut said = tokio::task::block_in_place(|| self.program.next());
            if let Some(status) = said["answered"].as_u64() {
                heard.answers.push(status);
            } else if let Value::Object(facts) = said["understood"].take() {
                heard.understood.push(facts);
            } else {
                heard.refusals.push(said);
            }
        }
        heard
    }
}
