//! The portal's addresses: written once, used by templates and by whoever
//! serves the pages.

/// The description of the API as a page.
pub const API: &str = "/api";

/// The description of the API as an OpenAPI document.
pub const OPENAPI: &str = "/api/openapi.json";

/// Every address that a form of the portal posts to. `{house}` is a house id,
/// `{credential}` a credential id, `{session}` a session id, `{token}` that of an API token, `{*sensor}` a sensor id with its slashes.
pub const FORM_ROUTES: &[&str] = &[
    "/setup",
    "/sign-up",
    "/verify",
    "/verify/resend",
    "/log-in",
    "/log-in/code",
    "/log-in/passkey",
    "/log-in/keep",
    "/log-out",
    "/forgot-password",
    "/reset-password",
    "/confirm-address",
    "/account/password",
    "/account/email",
    "/account/language",
    "/account/tokens",
    "/account/tokens/{token}/revoke",
    "/account/two-factor/begin",
    "/account/two-factor/confirm",
    "/account/two-factor/codes",
    "/account/two-factor/off",
    "/account/passkeys",
    "/account/passkeys/begin",
    "/account/passkeys/{passkey}/remove",
    "/account/delete",
    "/tenants/{tenant}/delete",
    "/tenants/{tenant}/keep",
    "/account/sessions/{session}/end",
    "/account/sessions/end-all",
    "/houses/new",
    "/houses/{house}/credentials",
    "/houses/{house}/credentials/{credential}/rotate",
    "/houses/{house}/credentials/{credential}/revoke",
    "/houses/{house}/sensors",
    "/houses/{house}/sensors/{*sensor}",
    "/invitation",
    "/tenants/{tenant}/leave",
    "/tenants/{tenant}/invitations",
    "/tenants/{tenant}/invitations/{invitation}/resend",
    "/tenants/{tenant}/invitations/{invitation}/withdraw",
    "/tenants/{tenant}/members/{account}",
    "/tenants/{tenant}/members/{account}/hand-over",
    "/tenants/{tenant}/members/{account}/remove",
    "/houses/{house}/leave",
    "/admin/sign-up",
    "/admin/sign-ups/{account}/approve",
    "/admin/sign-ups/{account}/decline",
    "/admin/invitations",
    "/admin/invitations/{invitation}/resend",
    "/admin/invitations/{invitation}/withdraw",
    "/admin/tenants/{tenant}/plan",
    "/admin/tenants/{tenant}/quotas",
    "/admin/tenants/{tenant}/standing",
    "/admin/tenants/{tenant}/delete",
    "/admin/tenants/{tenant}/undelete",
    "/admin/plans",
    "/admin/plans/{plan}",
    "/tenants/{tenant}/support",
    "/tenants/{tenant}/support/{access}/grant",
    "/tenants/{tenant}/support/{access}/end",
    "/admin/tenants/{tenant}/support",
    "/admin/tenants/{tenant}/support/{access}/end",
    "/admin/audit/heads",
];

/// Every address that a search of the portal asks.
pub const SEARCH_ROUTES: &[&str] = &[
    "/admin/tenants",
    "/houses",
    "/admin/audit",
    "/tenants/{tenant}/audit",
    "/houses/{house}/refusals",
    "/tenants/{tenant}/refusals",
];

/// What was done in a tenant.
#[must_use]
pub fn audit(tenant: &str) -> String {
    format!("/tenants/{}/audit", segment(tenant))
}

/// Support access to a tenant.
#[must_use]
pub fn support(tenant: &str) -> String {
    format!("/tenants/{}/support", segment(tenant))
}

/// The same for admins of the service, who ask.
#[must_use]
pub fn admin_support(tenant: &str) -> String {
    format!("/admin/tenants/{}/support", segment(tenant))
}

/// The houses of one tenant.
#[must_use]
pub fn houses_of(tenant: &str) -> String {
    format!("/houses?tenant={}", segment(tenant))
}

/// The form for a house of one tenant.
#[must_use]
pub fn new_house_of(tenant: &str) -> String {
    format!("/houses/new?tenant={}", segment(tenant))
}

/// Who is in a tenant.
#[must_use]
pub fn members(tenant: &str) -> String {
    format!("/tenants/{}/members", segment(tenant))
}

/// One member.
#[must_use]
pub fn member(tenant: &str, account: &str) -> String {
    format!("/tenants/{}/members/{}", segment(tenant), segment(account))
}

/// Where somebody is invited.
#[must_use]
pub fn invitations(tenant: &str) -> String {
    format!("/tenants/{}/invitations", segment(tenant))
}

/// Where an invitation is sent again.
#[must_use]
pub fn resend_invitation(tenant: &str, invitation: &str) -> String {
    let (tenant, invitation) = (segment(tenant), segment(invitation));
    format!("/tenants/{tenant}/invitations/{invitation}/resend")
}

/// Where an invitation is withdrawn.
#[must_use]
pub fn withdraw_invitation(tenant: &str, invitation: &str) -> String {
    let (tenant, invitation) = (segment(tenant), segment(invitation));
    format!("/tenants/{tenant}/invitations/{invitation}/withdraw")
}

/// Where somebody leaves a tenant.
#[must_use]
pub fn leave_tenant(tenant: &str) -> String {
    format!("/tenants/{}/leave", segment(tenant))
}

/// Where somebody gives up a role in one house.
#[must_use]
pub fn leave_house(house: &str) -> String {
    format!("/houses/{}/leave", segment(house))
}

/// A tenant as admins see it.
#[must_use]
pub fn admin_tenant(tenant: &str) -> String {
    format!("/admin/tenants/{}", segment(tenant))
}

/// A plan as admins see it.
#[must_use]
pub fn admin_plan(plan: &str) -> String {
    format!("/admin/plans/{}", segment(plan))
}

/// The live page of a house.
#[must_use]
pub fn house(house: &str) -> String {
    format!("/houses/{}", segment(house))
}

/// The page that says how to connect a house.
#[must_use]
pub fn connect(house: &str) -> String {
    format!("/houses/{}/connect", segment(house))
}

/// "Why was I stopped?" of a house.
#[must_use]
pub fn refusals(house: &str) -> String {
    format!("/houses/{}/refusals", segment(house))
}

/// Where a sensor is added to a house.
#[must_use]
pub fn sensors(house: &str) -> String {
    format!("/houses/{}/sensors", segment(house))
}

/// The page of one sensor. Its id keeps its slashes; every other sign that
/// means something in an address is percent-encoded.
#[must_use]
pub fn sensor(house: &str, sensor: &str) -> String {
    let path: Vec<String> = sensor.split('/').map(segment).collect();
    format!("/houses/{}/sensors/{}", segment(house), path.join("/"))
}

/// Where a credential is made.
#[must_use]
pub fn credentials(house: &str) -> String {
    format!("/houses/{}/credentials", segment(house))
}

/// Where a credential's secret is exchanged.
#[must_use]
pub fn exchange(house: &str, credential: &str) -> String {
    format!(
        "/houses/{}/credentials/{}/rotate",
        segment(house),
        segment(credential)
    )
}

/// Where a credential is revoked.
#[must_use]
pub fn revoke(house: &str, credential: &str) -> String {
    format!(
        "/houses/{}/credentials/{}/revoke",
        segment(house),
        segment(credential)
    )
}

/// Where a session is ended.
#[must_use]
pub fn end_session(session: &str) -> String {
    format!("/account/sessions/{}/end", segment(session))
}

/// Where a passkey is removed.
#[must_use]
pub fn remove_passkey(passkey: &str) -> String {
    format!("/account/passkeys/{}/remove", segment(passkey))
}

/// Where an owner deletes a tenant.
#[must_use]
pub fn delete_tenant(tenant: &str) -> String {
    format!("/tenants/{}/delete", segment(tenant))
}

/// Where an owner takes that back.
#[must_use]
pub fn keep_tenant(tenant: &str) -> String {
    format!("/tenants/{}/keep", segment(tenant))
}

/// Where an API token is revoked.
#[must_use]
pub fn revoke_token(token: &str) -> String {
    format!("/account/tokens/{}/revoke", segment(token))
}

/// The API resource of a house, with its presence.
#[must_use]
pub fn api_house(house: &str) -> String {
    format!("/api/v1/houses/{}", segment(house))
}

/// Where a browser gets its short-lived bus token.
#[must_use]
pub fn api_bus_token(house: &str) -> String {
    format!("/api/v1/houses/{}/bus-token", segment(house))
}

/// What a tenant uses of its quotas.
#[must_use]
pub fn usage(tenant: &str) -> String {
    format!("/tenants/{}/usage", segment(tenant))
}

/// What was refused to a tenant and its houses.
#[must_use]
pub fn tenant_refusals(tenant: &str) -> String {
    format!("/tenants/{}/refusals", segment(tenant))
}

/// The API's history of one sensor; the id is one percent-encoded segment.
#[must_use]
pub fn api_history(house: &str, sensor: &str) -> String {
    format!(
        "/api/v1/houses/{}/sensors/{}/history",
        segment(house),
        segment(sensor)
    )
}

/// A span of the history of one sensor as a file; an empty start stands for the
/// beginning. Scripts change start and end.
#[must_use]
pub fn api_export(
    (house, sensor): (&str, &str),
    resolution: &str,
    format: &str,
    (from, to): (&str, &str),
) -> String {
    let mut url = format!(
        "{}/export?resolution={}&format={}&to={}",
        api_history(house, sensor),
        segment(resolution),
        segment(format),
        segment(to)
    );
    if !from.is_empty() {
        url.push_str("&from=");
        url.push_str(&segment(from));
    }
    url
}

/// Percent-encodes one segment of a path: everything but the unreserved
/// characters of RFC 3986, section 2.3. `.` and `..` are encoded too, because
/// browsers would take them for steps in the path.
fn segment(text: &str) -> String {
    const HEX: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    let dots_only = !text.is_empty() && text.bytes().all(|byte| byte == b'.');
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'~' => {
                out.push(char::from(byte));
            }
            b'.' if !dots_only => out.push('.'),
            _ => {
                out.push('%');
                out.extend(HEX.get(usize::from(byte >> 4)));
                out.extend(HEX.get(usize::from(byte & 15)));
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sensor_keeps_its_slashes_and_nothing_else() {
        assert_eq!(
            sensor("villa-7k3q9x", "kitchen/Ä b?c#d%"),
            "/houses/villa-7k3q9x/sensors/kitchen/%C3%84%20b%3Fc%23d%25"
        );
        assert_eq!(
            api_history("villa-7k3q9x", "kitchen/temp"),
            "/api/v1/houses/villa-7k3q9x/sensors/kitchen%2Ftemp/history"
        );
    }

    #[test]
    fn no_step_leads_out_of_the_house() {
        assert_eq!(
            sensor("villa-7k3q9x", "../../x"),
            "/houses/villa-7k3q9x/sensors/%2E%2E/%2E%2E/x"
        );
        assert_eq!(house("../admin"), "/houses/..%2Fadmin");
    }
}
