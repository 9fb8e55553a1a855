# What a page says after something was done.

done-added = The sensor was added. Its next value appears here.
done-saved = Saved.
done-password = Your password was changed. You were logged out everywhere else.
done-address-asked = We sent a link to the new address. It becomes yours when you open it and press the button.
done-address = Your e-mail address was changed.
done-session = The session was ended.
done-two-factor-off = Two-step log-in is off. Your password is all that is asked for.
done-token = The token was revoked. What used it has been disconnected.
done-deleted = The sensor was deleted.
done-revoked = The credential was revoked. What used it has been disconnected.
banner-stopped = Stopped.
banner-read-only = Read-only.
log-in-with-new-password = Log in with your new password.
log-in-confirmed = Your e-mail address is confirmed. Log in now.
houses-no-member = You are not a member of any account here.
houses-only-admins = Only its owner and admins add houses.
