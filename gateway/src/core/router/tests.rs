//! One house under test: named rules, and a model that any sequence of events
//! is compared with.

mod allowance;
mod asking;
mod closing;
mod connecting;
mod model;
mod publishing;
mod runtime;
mod stage;
mod subscribing;
mod voices;
