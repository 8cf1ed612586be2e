"""The generative writer: any chat model may reword the guidance, and only what agrees with it is ever sent."""
