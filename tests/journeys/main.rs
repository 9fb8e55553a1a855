//! What a resident, a house and an operator do, from outside.

mod admin_cli;
mod commands;
mod configuration;
mod credentials;
mod doctor;
mod durability;
mod limits;
mod members;
mod metering;
mod mqtt;
mod people;
mod roles;
mod standing;
mod values;
