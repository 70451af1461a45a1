"""Security headers on every answer (OWASP Secure Headers; CSP level 3 with Trusted Types)."""

from flask import Flask, Response, request

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        # Computed numbers such as a share of a bar are custom properties in style attributes.
        "style-src 'self'",
        "style-src-attr 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types workshop",
    )
)
YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Add them after each request."""

    @app.after_request
    def protect(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if request.is_secure:
            headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}")
        if request.path.startswith("/static/dist/"):
            headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        elif response.mimetype == "text/html":
            headers.setdefault("Cache-Control", "no-store")
        return response
