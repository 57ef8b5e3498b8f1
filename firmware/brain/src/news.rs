//! What has just happened, on its way to those parts of the robot's logic that act on it.

use alloc::collections::VecDeque;

use serde::Serialize;
use wimz_vocabulary::{EventBody, EventId, RobotTime};

/// Something that has just happened.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct News {
    /// Its number, if it is to be kept.
    pub id: Option<EventId>,
    /// When it was told.
    pub at: RobotTime,
    /// What it was.
    pub fact: EventBody,
}

/// How much may happen in one step: more than ever does.
const MOST: usize = 64;

/// What has happened in this step and was not looked at yet.
#[derive(Debug, Serialize)]
pub struct Board {
    news: VecDeque<News>,
}

impl Default for Board {
    fn default() -> Self {
        Self { news: VecDeque::with_capacity(MOST) }
    }
}

impl Board {
    /// Takes something that has happened.
    pub fn put(&mut self, news: News) {
        self.news.push_back(news);
    }

    /// The oldest that nobody has looked at.
    pub fn take(&mut self) -> Option<News> {
        self.news.pop_front()
    }

    /// Whether everything has been looked at.
    pub fn is_empty(&self) -> bool {
        self.news.is_empty()
    }
}
