# One task of R survey: Rscript worker.R TASK ROWS FOLDER; columns are binary doubles written by run.py.
a <- commandArgs(TRUE); task <- a[1]; n <- as.integer(a[2]); folder <- a[3]
suppressMessages(library(survey))
names <- c("h", "u", "w", "m0", "m1", "m2", "m3", "d", "y")
x <- as.data.frame(sapply(names, function(k) readBin(file.path(folder, k), "double", n)))
goal <- lapply(0:3, function(j) {
  t <- readBin(file.path(folder, paste0("goal", j)), "double", 100)
  setNames(data.frame(seq_along(t) - 1, t), c(paste0("m", j), "Freq"))
})
d <- svydesign(id = ~u, strata = ~h, weights = ~w, data = x, nest = TRUE)
rk <- function(d) rake(d, list(~m0, ~m1, ~m2, ~m3), goal, control = list(maxit = 100, epsilon = 1e-10))
reps <- function() as.svrepdesign(d, type = "subbootstrap", replicates = 500, compress = TRUE)
share <- function(d) svyby(~y, ~d, d, svymean)
s <- system.time(switch(task, A = share(d), B = rk(d), C = share(reps()), D = share(rk(reps()))))[["elapsed"]]
peak <- as.numeric(sub("[^0-9]*([0-9]+).*", "\\1", grep("VmHWM", readLines("/proc/self/status"), value = TRUE))) / 1e3
cat(sprintf('{"seconds": %f, "peak_mb": %f}\n', s, peak))
