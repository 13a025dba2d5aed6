#include "bugs.h"

const char *bug_name(bug_id bug)
{
    switch (bug) {
#define BUG_TEXT(name, text) \
    case BUG_##name:         \
        return text;
        CATALOGUE_LIST(BUG_TEXT)
        STRANGER_LIST(BUG_TEXT)
#undef BUG_TEXT
    default:
        return "right";
    }
}
