//! The gateway from outside: real sockets on loopback, a client written by
//! hand that also says what no library would say.

#[cfg(test)]
mod admitted;
#[cfg(test)]
mod client;
#[cfg(test)]
mod durable;
#[cfg(test)]
mod isolated;
#[cfg(test)]
mod linked;
#[cfg(test)]
mod metered;
#[cfg(test)]
mod published;
#[cfg(test)]
mod websocket;
#[cfg(test)]
mod world;
