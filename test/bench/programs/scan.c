/*
 * scan look|hash LIST: lstat every path of a list, one a line; hash: also open, read and digest (FNV-1a over 8 bytes at a time, which costs
 * next to nothing) every file among them. What no program that looks at each file can be faster than.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char bytes[1 << 20];

int main(int count, char **words) {
  char *line = NULL;
  size_t size = 0;
  ssize_t length;
  uint64_t digest = 14695981039346656037u;
  struct stat about;
  long seen = 0, missing = 0;
  if (count < 3) return 2;
  int hashes = strcmp(words[1], "hash") == 0;
  FILE *list = fopen(words[2], "r");
  if (list == NULL) return 2;
  while ((length = getline(&line, &size, list)) > 0) {
    line[length - 1] = 0;
    if (lstat(line, &about) != 0) { missing++; continue; }
    seen++;
    digest ^= (uint64_t)about.st_mtime ^ about.st_ino ^ about.st_mode;
    if (!hashes || !S_ISREG(about.st_mode)) continue;
    int file = open(line, O_RDONLY | O_NOFOLLOW);
    ssize_t got;
    while ((got = read(file, bytes, sizeof bytes)) > 0)
      for (ssize_t at = 0; at < got; at += 8) {
        uint64_t word = 0;
        memcpy(&word, bytes + at, got - at < 8 ? got - at : 8);
        digest = (digest ^ word) * 1099511628211u;
      }
    close(file);
  }
  printf("%ld seen, %ld missing, %016llx\n", seen, missing, (unsigned long long)digest);
  return missing > 0;
}
