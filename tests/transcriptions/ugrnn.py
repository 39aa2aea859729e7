"""Collins, Sohl-Dickstein & Sussillo (2017), arXiv 1611.09913.

The arithmetic was checked against tf.contrib.rnn.UGRNNCell of TensorFlow 1, which adds its forget
bias in the step.
"""

from rnnexp import equations
from tests.transcriptions.arithmetic import parts


def ugrnn(x, states, w, fields):
    (h,) = states
    W_gx, W_cx = parts(w["kernel"], 2)
    W_gh, W_ch = parts(w["recurrent_kernel"], 2)
    b_g, b_c = parts(w["bias"], 2)
    c = fields.activation(h @ W_ch + x @ W_cx + b_c)
    g = fields.recurrent_activation(h @ W_gh + x @ W_gx + b_g)
    return (g * h + (1 - g) * c,)


STEPS = {equations.UGRNN: ugrnn}
KEEPS = {equations.UGRNN: lambda seen, fields: seen["g"]}
