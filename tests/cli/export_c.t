# A trained model as C, compiled as anyone would: it says what `crease predict` says.
requires cc --version
$ crease data moons -q -o moons.csv; crease train -q --data moons.csv --hidden 3 --epochs 3 --no-run -o moons.safetensors >out
$ crease export moons.safetensors --c moons.c --onnx moons.onnx; rm out; ls
> moons.c
> moons.csv
> moons.onnx
> moons.safetensors
2> moons.c: void moons_predict(const float x[2], float out[1])
$ crease export moons.safetensors -q --json --c moons.c --name m
> {
>   "model": "moons.safetensors",
>   "c": "moons.c",
>   "onnx": null,
>   "name": "m",
>   "inputs": 2,
>   "outputs": 1,
>   "parameters": 13
> }
$ crease export moons.safetensors -q --c moons.c; { cat moons.c; echo '#include <stdio.h>'; echo 'int main(void) { const float x[2] = {0.5f, -0.25f}; float out[1]; moons_predict(x, out); printf("%.4f\\n", out[0]); return 0; }'; } >main.c; cc -std=c99 -Wall -Wextra -Werror -o main main.c -lm && ./main
> 0.6894
$ printf 'x1,x2\n0.5,-0.25\n' >one.csv; crease predict moons.safetensors --data one.csv
> class,p_1
> 1,0.689363599
$ crease export moons.safetensors -q --c -  | head -3
> /*
>  * moons: a trained net, written by crease 0.1.0. 2 numbers in, 1 out.
>  *
$ crease export moons.safetensors --c moons.c --name 2x
2> crease export: the name is no identifier of C: expected letters, digits and _, up to 60, as in 'iris'
exit 2
$ crease export moons.safetensors --c nowhere/m.c
2> crease export: cannot write nowhere/m.c: no such folder
exit 2
