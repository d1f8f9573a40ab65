/* Tells libvirtd, which asks for the type of a file system, that the volumes of the lab are shared.
 *
 * Both hosts see the same folder, as over NFS. libvirt moves a guest live without copying its volume
 * only where the file system has the number of one that is shared by its nature.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/vfs.h>

#define NFS_SUPER_MAGIC 0x6969

static int is_volume(const char *path)
{
    const char *state = getenv("HARNESS_LAB_OWNER");
    size_t length = state ? strlen(state) : 0;
    return length && !strncmp(path, state, length)
           && !strncmp(path + length, "/data/volumes/", strlen("/data/volumes/"));
}

int statfs(const char *path, struct statfs *answer)
{
    int (*real)(const char *, struct statfs *) = dlsym(RTLD_NEXT, "statfs");
    int result = real(path, answer);
    if (!result && is_volume(path))
        answer->f_type = NFS_SUPER_MAGIC;
    return result;
}

int statfs64(const char *path, struct statfs64 *answer)
{
    int (*real)(const char *, struct statfs64 *) = dlsym(RTLD_NEXT, "statfs64");
    int result = real(path, answer);
    if (!result && is_volume(path))
        answer->f_type = NFS_SUPER_MAGIC;
    return result;
}
