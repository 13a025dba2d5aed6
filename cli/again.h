/*
 * again.h - the command line that makes a result again.
 */
#ifndef AGAIN_H
#define AGAIN_H

/*
 * "crease compare 'A > 0'": `program` ("crease", "crease check") and the line as typed, quoted
 * for a shell; taken before argp sorts argv. The caller frees it. NULL without memory.
 */
char *again_command(const char *program, int argc, char **argv);

#endif
