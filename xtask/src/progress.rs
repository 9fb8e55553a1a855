//! A moving line on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};

/// How long a plain log may stay silent before it says what is going on.
const QUIET_AT_MOST: Duration = Duration::from_secs(30);

/// One piece of work that is shown while it lasts.
pub struct Progress {
    name: String,
    bar: Option<ProgressBar>,
    started: Instant,
    spoke: Instant,
}

impl Progress {
    /// Announces the work.
    pub fn start(name: &str) -> Self {
        let bar = std::io::stderr().is_terminal().then(|| {
            let style = ProgressStyle::with_template(
                "{spinner} {prefix:<10} {elapsed_precise}  {wide_msg}",
            )
            .unwrap_or_else(|_| ProgressStyle::default_spinner());
            let bar = ProgressBar::new_spinner()
                .with_style(style)
                .with_prefix(name.to_owned());
            bar.enable_steady_tick(Duration::from_millis(120));
            bar
        });
        if bar.is_none() {
            println!("{name}: started");
        }
        let now = Instant::now();
        Self {
            name: name.to_owned(),
            bar,
            started: now,
            spoke: now,
        }
    }

    /// Says what is being done right now.
    pub fn now_at(&mut self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.set_message(what.to_owned());
        } else if self.spoke.elapsed() >= QUIET_AT_MOST {
            self.spoke = Instant::now();
            println!(
                "{}: {what}, {} so far",
                self.name,
                minutes(self.started.elapsed())
            );
        }
    }

    /// Ends the work with a line that stays.
    pub fn finish(self, result: &str) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
        println!(
            "{:<10} {:>10}  {result}",
            self.name,
            minutes(self.started.elapsed())
        );
    }
}

/// A span of time as people read it in a log: `0.4 min`.
pub fn minutes(span: Duration) -> String {
    format!("{:.1} min", span.as_secs_f64() / 60.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_have_one_digit() {
        assert_eq!(minutes(Duration::from_secs(90)), "1.5 min");
        assert_eq!(minutes(Duration::from_millis(10)), "0.0 min");
    }
}
