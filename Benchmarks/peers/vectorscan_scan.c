/* Vectorscan over one text, for compare_literals.py: literals without regard to ASCII case.
 *
 * use: vectorscan_scan LITERALS TEXT [OCCURRENCES]
 *
 * Literals stand one a line. It answers each line of standard input with a round's CPU time in
 * nanoseconds a byte and its number of occurrences, as JSON. With OCCURRENCES it writes each as a
 * line `end literal` instead, in the order found, and ends.
 */
#include <hs/hs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static size_t found;
static FILE *output;

static char *contents(const char *path, size_t *count) {
    FILE *file = fopen(path, "rb");
    if (!file) { perror(path); exit(1); }
    fseek(file, 0, SEEK_END);
    *count = (size_t)ftell(file);
    rewind(file);
    char *bytes = malloc(*count + 1);
    if (!bytes || fread(bytes, 1, *count, file) != *count) { perror(path); exit(1); }
    bytes[*count] = 0;
    fclose(file);
    return bytes;
}

static int count_one(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                     void *context) {
    (void)id; (void)from; (void)to; (void)flags; (void)context;
    found++;
    return 0;
}

static int write_one(unsigned id, unsigned long long from, unsigned long long to, unsigned flags,
                     void *context) {
    (void)from; (void)flags; (void)context;
    fprintf(output, "%llu %u\n", to, id);
    return 0;
}

int main(int count, char **arguments) {
    if (count < 3) { fprintf(stderr, "two files are needed\n"); return 1; }
    size_t size, text_size;
    char *bytes = contents(arguments[1], &size);
    char *text = contents(arguments[2], &text_size);
    size_t capacity = 1024, literals = 0;
    const char **starts = malloc(capacity * sizeof *starts);
    size_t *lengths = malloc(capacity * sizeof *lengths);
    for (char *line = bytes; line < bytes + size;) {
        char *end = memchr(line, '\n', (size_t)(bytes + size - line));
        if (!end) end = bytes + size;
        if (literals == capacity) {
            capacity *= 2;
            starts = realloc(starts, capacity * sizeof *starts);
            lengths = realloc(lengths, capacity * sizeof *lengths);
        }
        starts[literals] = line;
        lengths[literals] = (size_t)(end - line);
        if (end > line) literals++;
        line = end + 1;
    }
    unsigned *ids = malloc(literals * sizeof *ids), *flags = malloc(literals * sizeof *flags);
    for (size_t i = 0; i < literals; i++) { ids[i] = (unsigned)i; flags[i] = HS_FLAG_CASELESS; }
    hs_database_t *database = NULL;
    hs_compile_error_t *error = NULL;
    if (hs_compile_lit_multi(starts, flags, ids, lengths, (unsigned)literals, HS_MODE_BLOCK, NULL,
                             &database, &error) != HS_SUCCESS) {
        fprintf(stderr, "%s\n", error->message);
        return 1;
    }
    hs_scratch_t *scratch = NULL;
    if (hs_alloc_scratch(database, &scratch) != HS_SUCCESS) return 1;
    if (count > 3) {
        output = fopen(arguments[3], "w");
        if (!output) { perror(arguments[3]); return 1; }
        hs_scan(database, text, (unsigned)text_size, 0, scratch, write_one, NULL);
        return fclose(output) != 0;
    }
    printf("{\"literals\": %zu, \"bytes\": %zu}\n", literals, text_size);
    fflush(stdout);
    char line[64];
    while (fgets(line, sizeof line, stdin)) {
        struct timespec before, after;
        found = 0;
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &before);
        hs_scan(database, text, (unsigned)text_size, 0, scratch, count_one, NULL);
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &after);
        double taken = (double)(after.tv_sec - before.tv_sec) * 1e9
            + (double)(after.tv_nsec - before.tv_nsec);
        printf("{\"nanoseconds\": %f, \"hits\": %zu}\n", taken / (double)text_size, found);
        fflush(stdout);
    }
    return 0;
}
