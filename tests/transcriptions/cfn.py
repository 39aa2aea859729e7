"""Laurent & von Brecht (2017), arXiv 1612.06212, with a bias in the candidate."""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def cfn(x, states, w, fields):
    (h,) = states
    σ, φ = fields.recurrent_activation, fields.activation
    V_θ, V_η, W = parts(w["kernel"], 3)
    U_θ, U_η = parts(w["recurrent_kernel"], 2)
    b_θ, b_η, b = parts(w["bias"], 3)
    θ = σ(h @ U_θ + x @ V_θ + b_θ)
    η = σ(h @ U_η + x @ V_η + b_η)
    return (θ * φ(h) + η * φ(x @ W + b),)


def kept(seen, fields):
    """θ (1 - tanh²(h_{t-1})), where θ tanh(h_{t-1}) is what h_t has beside η ⊙ candidate."""
    θ, η = seen["f"], seen["i"]
    tanh_h = (seen["h"] - η * seen["candidate"]) / θ
    return θ * (1 - tanh_h**2)


STEPS = {equations.CFN: cfn}
KEEPS = {equations.CFN: kept}
