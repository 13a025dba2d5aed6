/* Links with every object of the portable library: nothing it needs may be missing. */
#include <crease/status.h>

int main(void)
{
    return crs_version()[0] == '\0';
}
