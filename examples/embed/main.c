/*
 * What `crease export --c flower.c` wrote, called from a program; build.sh says how.
 *
 * flower.c has one function, named after the model's file, and no header: it is declared here.
 * x is what the training data had in their columns, not scaled; with two classes there is one
 * output, the probability of the second.
 */
#include <stdio.h>
#include <stdlib.h>

void flower_predict(const float x[2], float out[1]);

int main(int argc, char **argv)
{
    float x[2], p[1];
    if (argc != 3) {
        fputs("usage: flower X1 X2\n", stderr);
        return 2;
    }
    x[0] = strtof(argv[1], NULL);
    x[1] = strtof(argv[2], NULL);
    flower_predict(x, p);
    printf("class %d, probability of class 1: %.9g\n", p[0] > 0.5f, p[0]);
    return 0;
}
