//! What the robot is now, as metrics: read from its status in the moment of the question.
//!
//! What has not been measured is left out; nothing stands in for it.

use std::fmt;
use std::sync::{Arc, OnceLock};

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::{MetricType, TypedMetric};
use prometheus_client::registry::Unit;
use tokio::sync::watch;
use wimz_vocabulary::{Condition, Mode, Part, Status, StoreState};

use super::{LinesLost, word};

/// The names of a part's conditions.
const CONDITIONS: [&str; 4] = ["starting", "ok", "degraded", "failed"];
/// All states of the store.
const STORE: [StoreState; 4] = [StoreState::Opening, StoreState::Ok, StoreState::Slow, StoreState::Failed];

/// Reads the status when it is asked.
pub(super) struct Now {
    pub status: watch::Receiver<Status>,
    pub lines_lost: Arc<OnceLock<LinesLost>>,
}

impl fmt::Debug for Now {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Now").finish_non_exhaustive()
    }
}

impl Collector for Now {
    fn encode(&self, encoder: DescriptorEncoder<'_>) -> fmt::Result {
        let status = *self.status.borrow();
        let lines_lost = self.lines_lost.get().map_or(0, |lost| lost());
        let mut sheet = Sheet(encoder);
        sheet.gauge("robot_time", "The robot's clock since boot", Unit::Seconds, seconds(&status))?;
        if let Some(battery) = status.battery {
            let (volts, charge) = (f64::from(battery.volts.get()), f64::from(battery.charge.get()));
            sheet.gauge("battery", "The battery's voltage", Unit::Volts, volts)?;
            let ratio = Unit::Other("ratio".to_owned());
            sheet.gauge("battery_charge", "The battery's charge: 1 is full", ratio, charge)?;
        }
        if let Some(temperature) = status.temperature {
            let celsius = f64::from(temperature.get());
            sheet.gauge("temperature", "The computer's temperature", Unit::Celsius, celsius)?;
        }
        let modes = Mode::ALL.map(|mode| ([("mode", word(mode))], mode == status.mode));
        sheet.states("mode", "Which mode it is in: 1 for that one", modes)?;
        let store = STORE.map(|state| ([("state", state.name().to_owned())], state == status.store));
        sheet.states("store", "How keeping facts works: 1 for the state it is in", store)?;
        let parts = Part::ALL.iter().flat_map(|part| {
            let is = condition(status.part(*part).condition);
            let labels =
                |condition: &str| [("part", part.name().to_owned()), ("condition", condition.to_owned())];
            CONDITIONS.map(|condition| (labels(condition), condition == is))
        });
        sheet.states("part", "How each part is: 1 for the condition it is in", parts)?;
        let latched = [([("kind", "emergency".to_owned())], status.drive.latched)];
        sheet.states("latched", "Whether an emergency stop is latched", latched)?;
        let left = f64::from(status.treats.left);
        sheet.plain("treats_left", "Treats that the day's limit still allows", left)?;
        let stops = status.drive.epoch.0;
        sheet.counter("stops", "Stops and emergency stops that the guard obeyed", stops)?;
        sheet.counter("log_lines_dropped", "Log lines that nobody took in time", lines_lost)
    }
}

fn seconds(status: &Status) -> f64 {
    status.at.as_micros() as f64 / 1e6
}

const fn condition(condition: Condition) -> &'static str {
    match condition {
        Condition::Starting => "starting",
        Condition::Ok => "ok",
        Condition::Degraded(_) => "degraded",
        Condition::Failed(_) => "failed",
    }
}

/// Where it is written down.
struct Sheet<'a>(DescriptorEncoder<'a>);

impl Sheet<'_> {
    fn gauge(&mut self, name: &str, help: &str, unit: Unit, value: f64) -> fmt::Result {
        let help = sentence(help);
        let metric = self.0.encode_descriptor(name, &help, Some(&unit), MetricType::Gauge)?;
        ConstGauge::new(value).encode(metric)
    }

    fn plain(&mut self, name: &str, help: &str, value: f64) -> fmt::Result {
        let metric = self.0.encode_descriptor(name, &sentence(help), None, MetricType::Gauge)?;
        ConstGauge::new(value).encode(metric)
    }

    fn counter(&mut self, name: &str, help: &str, value: u64) -> fmt::Result {
        let kind = <ConstCounter<u64> as TypedMetric>::TYPE;
        ConstCounter::new(value).encode(self.0.encode_descriptor(name, &sentence(help), None, kind)?)
    }

    /// One gauge for each state: 1 for what is, 0 for what is not.
    fn states<const N: usize>(
        &mut self,
        name: &str,
        help: &str,
        states: impl IntoIterator<Item = ([(&'static str, String); N], bool)>,
    ) -> fmt::Result {
        let mut family = self.0.encode_descriptor(name, &sentence(help), None, MetricType::Gauge)?;
        for (labels, is) in states {
            ConstGauge::new(i64::from(is)).encode(family.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

/// As the registry ends the help of its own metrics.
fn sentence(help: &str) -> String {
    format!("{help}.")
}
