// A program in the doctor's place: what it does is the word that it reads.
#include <fcntl.h>
#include <io.h>
#include <windows.h>

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  (void)_setmode(_fileno(stdin), _O_BINARY);
  (void)_setmode(_fileno(stdout), _O_BINARY);
  std::string told;
  char part[4096];
  // Of what is long, the end is never read.
  for (std::size_t size = 0;
       told.size() < 100000 && (size = fread(part, 1, sizeof part, stdin)) > 0;)
    told.append(part, size);
  if (told == "hang") Sleep(INFINITE);
  if (told == "flood")
    while (fwrite(part, 1, sizeof part, stdout) == sizeof part) continue;
  if (told == "crash") TerminateProcess(GetCurrentProcess(), 3);
  if (told.size() >= 100000) Sleep(INFINITE);
  for (int i = 1; i < argc; ++i) printf("%s|", argv[i]);
  printf("%s", told.c_str());
  return 1;
}
