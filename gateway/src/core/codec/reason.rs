//! Reason codes (MQTT 5.0, section 2.4) and what is wrong with a packet.

macro_rules! reasons {
    ($($(#[$doc:meta])* $name:ident = $code:literal,)+) => {
        /// A reason code of MQTT 5.0. Packets of 3.x carry none; a refused
        /// CONNECT is answered with [`Reason::return_code`].
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum Reason {
            $($(#[$doc])* $name = $code,)+
        }

        impl Reason {
            /// The number on the wire.
            #[must_use]
            pub const fn code(self) -> u8 {
                match self { $(Self::$name => $code,)+ }
            }

            /// The reason with this number, if it is one.
            #[must_use]
            pub const fn from_code(code: u8) -> Option<Self> {
                match code { $($code => Some(Self::$name),)+ _ => None }
            }
        }
    };
}

reasons! {
    /// Done; also "normal disconnection" and "granted QoS 0".
    Success = 0x00,
    /// Granted QoS 1.
    GrantedQoS1 = 0x01,
    /// Granted QoS 2.
    GrantedQoS2 = 0x02,
    /// The client leaves and wants its will published.
    DisconnectWithWill = 0x04,
    /// Accepted, but nobody subscribes.
    NoMatchingSubscribers = 0x10,
    /// There was no such subscription.
    NoSubscriptionExisted = 0x11,
    /// Authentication goes on.
    ContinueAuthentication = 0x18,
    /// Authentication starts again.
    ReAuthenticate = 0x19,
    /// None of the other codes fits.
    Unspecified = 0x80,
    /// The bytes are no packet.
    MalformedPacket = 0x81,
    /// The packet may not come now, or not with these values.
    ProtocolError = 0x82,
    /// Valid, but not accepted here.
    ImplementationSpecific = 0x83,
    /// A version that is not spoken here.
    UnsupportedVersion = 0x84,
    /// A client id that is not accepted.
    ClientIdNotValid = 0x85,
    /// Wrong user name or password.
    BadCredentials = 0x86,
    /// The credential does not allow it.
    NotAuthorised = 0x87,
    /// Not now.
    ServerUnavailable = 0x88,
    /// Not now, too busy.
    ServerBusy = 0x89,
    /// Barred by an administrator.
    Banned = 0x8A,
    /// The server stops.
    ServerShuttingDown = 0x8B,
    /// An authentication method that is not known here.
    BadAuthenticationMethod = 0x8C,
    /// Nothing came for too long.
    KeepAliveTimeout = 0x8D,
    /// Another connection has this client id now.
    SessionTakenOver = 0x8E,
    /// Not a topic filter, or not accepted.
    TopicFilterInvalid = 0x8F,
    /// Not a topic name, or not accepted.
    TopicNameInvalid = 0x90,
    /// The packet id is in use.
    PacketIdInUse = 0x91,
    /// The packet id is not known.
    PacketIdNotFound = 0x92,
    /// More open exchanges than the receive maximum.
    ReceiveMaximumExceeded = 0x93,
    /// A topic alias that is not valid.
    TopicAliasInvalid = 0x94,
    /// Larger than the maximum packet size.
    PacketTooLarge = 0x95,
    /// Too many messages in too short a time.
    MessageRateTooHigh = 0x96,
    /// Beyond a limit.
    QuotaExceeded = 0x97,
    /// Closed by an administrator's action.
    AdministrativeAction = 0x98,
    /// The payload is not of the format it claims.
    PayloadFormatInvalid = 0x99,
    /// Retained messages are not available.
    RetainNotSupported = 0x9A,
    /// This QoS is not available.
    QoSNotSupported = 0x9B,
    /// Use another server for now.
    UseAnotherServer = 0x9C,
    /// Use another server from now on.
    ServerMoved = 0x9D,
    /// Shared subscriptions are not available.
    SharedSubscriptionsNotSupported = 0x9E,
    /// Too many connections in too short a time.
    ConnectionRateExceeded = 0x9F,
    /// The longest time this connection may last is over.
    MaximumConnectTime = 0xA0,
    /// Subscription identifiers are not available.
    SubscriptionIdsNotSupported = 0xA1,
    /// Subscriptions with wildcards are not available.
    WildcardsNotSupported = 0xA2,
}

impl Reason {
    /// Whether it says that something failed.
    #[must_use]
    pub const fn is_error(self) -> bool {
        self.code() >= 0x80
    }

    /// The return code of a CONNACK of MQTT 3.x (3.1.1, table 3.1).
    #[must_use]
    pub const fn return_code(self) -> u8 {
        match self {
            Self::Success => 0,
            Self::UnsupportedVersion => 1,
            Self::ClientIdNotValid => 2,
            Self::BadCredentials | Self::BadAuthenticationMethod => 4,
            Self::NotAuthorised | Self::Banned => 5,
            _ => 3,
        }
    }
}

/// What is wrong with a packet: it cannot be answered but by closing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Fault {
    /// What an MQTT 5.0 client is told.
    pub reason: Reason,
    /// What is wrong, for the person who mends the client.
    pub detail: &'static str,
}

impl Fault {
    /// Bytes that are no packet (0x81).
    #[must_use]
    pub const fn malformed(detail: &'static str) -> Self {
        Self {
            reason: Reason::MalformedPacket,
            detail,
        }
    }

    /// A packet with values that are not allowed, or at a wrong time (0x82).
    #[must_use]
    pub const fn protocol(detail: &'static str) -> Self {
        Self {
            reason: Reason::ProtocolError,
            detail,
        }
    }
}
