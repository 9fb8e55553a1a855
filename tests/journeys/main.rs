//! What a resident, a house and an operator do, from outside.

mod commands;
mod configuration;
mod credentials;
mod durability;
mod mqtt;
mod people;
mod roles;
mod standing;
mod values;
