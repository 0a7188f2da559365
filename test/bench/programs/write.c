/*
 * write LIST FROM TO: write what the files below FROM hold below TO, which is empty: each beside its place and then renamed, as croft does,
 * with the directories they need. Nothing is synced. What a first converge cannot be faster than.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char bytes[1 << 20], to[4096], beside[4104];

static void directories(char *path, size_t above) {
  for (char *at = path + above + 1; *at != 0; at++)
    if (*at == '/') { *at = 0; mkdir(path, 0755); *at = '/'; }
}

int main(int count, char **words) {
  char *line = NULL;
  size_t size = 0;
  ssize_t length, got;
  struct stat about;
  if (count < 4) return 2;
  FILE *list = fopen(words[1], "r");
  size_t prefix = strlen(words[2]);
  if (list == NULL) return 2;
  mkdir(words[3], 0755);
  while ((length = getline(&line, &size, list)) > 0) {
    line[length - 1] = 0;
    if (strncmp(line, words[2], prefix) != 0 || lstat(line, &about) != 0) return 1;
    snprintf(to, sizeof to, "%s%s", words[3], line + prefix);
    directories(to, strlen(words[3]));
    if (S_ISDIR(about.st_mode)) { if (mkdir(to, 0755) != 0 && errno != EEXIST) return 1; continue; }
    if (!S_ISREG(about.st_mode)) continue;
    snprintf(beside, sizeof beside, "%s.new", to);
    int in = open(line, O_RDONLY), out = open(beside, O_WRONLY | O_CREAT | O_EXCL, 0644);
    if (in < 0 || out < 0) return 1;
    while ((got = read(in, bytes, sizeof bytes)) > 0)
      if (write(out, bytes, got) != got) return 1;
    close(in);
    close(out);
    if (rename(beside, to) != 0) return 1;
  }
  return 0;
}
