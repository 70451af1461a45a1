"""What the live path costs, measured beside a bare server; nothing of it is part of the product."""
