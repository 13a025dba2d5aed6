"""
The data and the trainings of bits.py. All numbers come from a linear congruential generator in
whole numbers and are written as whole numbers of 1/1024, so that no library decides about a digit.
"""
import os


class Draw:
    """Knuth's MMIX generator; its upper bits."""

    def __init__(self, seed):
        self.state = seed * 2654435761 + 1

    def below(self, n):
        self.state = (self.state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self.state >> 33) % n

    def of(self, *choices):
        return choices[self.below(len(choices))]

    def one_in(self, n):
        return self.below(n) == 0

    def near_zero(self):
        """A bell of sorts between -2 and 2, in units of 1/1024."""
        return sum(self.below(1024) for _ in range(4)) - 2046


def text(units):
    """units / 1024, exactly."""
    whole, rest = divmod(abs(units), 1024)
    return ("-" if units < 0 else "") + f"{whole}.{rest * 9765625:010d}"


def write_table(path, names, rows):
    with open(path, "w", encoding="ascii") as file:
        file.write(",".join(names) + "\n")
        file.writelines(",".join(row) + "\n" for row in rows)


def make_data(folder):
    """two.csv and three.csv: classes; wide.csv: 130 features; reg.csv: a value; lab.csv: labels."""
    draw = Draw(20261128)

    def path(name):
        return os.path.join(folder, name)

    points = [(draw.near_zero(), draw.near_zero()) for _ in range(200)]
    write_table(path("two.csv"), ["a", "b", "y"],
                ([text(a), text(b), str(int(a * a + b * b > 900000))] for a, b in points))
    write_table(path("three.csv"), ["a", "b", "y"],
                ([text(a), text(b), str((a > b) + (a > -b))] for a, b in points[:157]))
    write_table(path("wide.csv"), [f"f{k}" for k in range(130)] + ["y"],
                ([text(draw.near_zero()) for _ in range(130)] + [str(draw.below(4))]
                 for _ in range(100)))
    write_table(path("reg.csv"), ["a", "b", "y"],
                ([text(a), text(b), text((a * b - b * b) // 1024)] for a, b in points[:150]))
    write_table(path("lab.csv"), ["a", "b", "y1", "y2"],
                ([text(a), text(b), str(int(a > 0)), str(int(b > a))] for a, b in points[:120]))


ACTS = ("relu", "leaky_relu:0.1", "tanh", "gelu", "elu", "sigmoid", "softplus", "silu", "mish",
        "selu", "abs", "hardtanh", "relu6", "gelu_tanh", "hard_swish", "hard_sigmoid")


def hidden_layers(draw, plain):
    """Widths on both sides of what a vector, a tile and the small-net engine hold."""
    widths = (3, 8, 17, 33, 64) if draw.below(10) < 7 else (128,)
    layers, last = [], None
    for k in range(1 + draw.below(3)):
        options = ""
        if not plain:
            options += draw.of("+bn", "", "")
            options += draw.of("+drop=0.2", "", "")
        width = draw.of(*widths)
        if k > 0 and draw.one_in(3):
            width, options = last, options + "+skip"
        layers.append(f"{width}:{draw.of(*ACTS)}{options}")
        last = width
    return layers


def training(number):
    """The arguments of one training, but for --threads and --output."""
    draw = Draw(number)
    data = draw.of("two.csv", "three.csv", "wide.csv", "reg.csv", "lab.csv")
    lbfgs = number % 8 == 7
    outputs = {"two.csv": draw.of("1", "2"), "three.csv": "3", "wide.csv": "4", "reg.csv": "1",
               "lab.csv": "2"}[data]
    out = ["--data", data, "--layers", ",".join([*hidden_layers(draw, lbfgs), outputs])]
    if data == "lab.csv":
        out += ["--target", "y1,y2"]
    if data == "reg.csv":
        out += ["--loss", draw.of("squared", "absolute", "huber")]
    elif data == "two.csv" and outputs == "1" and draw.one_in(3):
        out += ["--loss", "hinge"]
    batches = ("0", "7", "32", "64") if "+bn" in out[3] else ("0", "1", "7", "32", "64")
    if lbfgs:
        out += ["--opt", "lbfgs", "--batch", "0", "--epochs", "3"]
    else:
        out += ["--opt", draw.of("sgd", "momentum:0.9", "nesterov", "adam", "adamw", "rmsprop",
                                 "adagrad"),
                "--lr", draw.of("0.01", "0.003"), "--batch", draw.of(*batches),
                "--epochs", "2",
                "--schedule", draw.of("constant", "constant", "cosine", "onecycle",
                                      "step:every=1,factor=0.5", "plateau:patience=1")]
        out += draw.of([], [], ["--clip", "1"], ["--max-norm", "2"])
    out += draw.of([], [], ["--l2", "0.001"], ["--l1", "0.0001"])
    return out + ["--dtype", "f64" if draw.one_in(3) else "f32", "--valid", "0.2",
                  "--seed", str(draw.below(1000))]


TRAININGS = [training(number) for number in range(56)]

# Other commands; all inputs of smooth rules at every level are for tests/unit/check/test_levels.
# {model} and {wide} are models of two.csv and wide.csv that the first program trains.
COMMANDS = [command.split("|") for command in (
    "check|rule|--json|-q|A > 0|A >= 0|np.heaviside(Z, 2)",
    "check|rule|--json|-q|--act|leaky_relu:0.125|np.where(Z > 0, 1, 0.125)",
    "check|rule|--json|-q|--dtype|f64|--act|tanh|1 - Z**2",
    "check|rule|--json|-q|--dtype|f64|--act|gelu|sigmoid(1.702 * Z)",
    "check|net|--json|-q|--hidden|9,4|--data|moons|--differences|3",
    "check|net|--json|-q|--dtype|f32|--act|leaky_relu:0.2|--differences|4|--samples|60",
    "check|net|--json|-q|{model}|--data|two.csv|--differences|3",
    "check|grads|--json|-q|right.safetensors|--samples|columns",
    "compare|--json|-q|--no-html|-n|40|--hidden|5|--dtype|f64|--seed|3",
    "compare|--json|-q|--no-html|-n|20|--hidden|40,20|--dtype|f32|--data|circles|--batch|64",
    "compare|--json|-q|--no-html|-n|20|--act|leaky_relu:0.1|--hidden|8,8|--data|spiral",
    "data|spiral|-n|99|-q|-o|-",
    "data|moons|-n|99|-q|-o|-",
    "eval|--json|-q|{model}|--data|two.csv",
    "eval|--json|-q|{wide}|--data|wide.csv",
    "predict|-q|{model}|--data|two.csv",
    "predict|-q|{wide}|--data|wide.csv",
    "export|-q|{model}|--c|-",
    "info|--json|-q|{model}",
)]
