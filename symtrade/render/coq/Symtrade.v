(* The rules by which the certificates of symtrade are transcribed: the words in which theorems are stated, and
   forward lemmas.  Nothing here searches for a proof.  Compile this file first:  coqc Symtrade.v *)

From Coq Require Import Reals ZArith List Bool Lra.
Export ListNotations.
Open Scope R_scope.

(* --- what theorems say ----------------------------------------------------------------------------- *)

Section Programs.
Variable point : Type.
Variable feasible : point -> Prop.
Variable objective : point -> R.

Definition attained (v : R) : Prop := exists x, feasible x /\ objective x = v.
Definition maximum (v : R) : Prop := attained v /\ forall x, feasible x -> objective x <= v.
Definition minimum (v : R) : Prop := attained v /\ forall x, feasible x -> v <= objective x.
Definition infeasible : Prop := forall x, ~ feasible x.
Definition unbounded_above : Prop := forall m, exists x, feasible x /\ m < objective x.
Definition unbounded_below : Prop := forall m, exists x, feasible x /\ objective x < m.
End Programs.
Arguments attained {point}.
Arguments maximum {point}.
Arguments minimum {point}.
Arguments infeasible {point}.
Arguments unbounded_above {point}.
Arguments unbounded_below {point}.

(* --- polynomials as lists of terms ------------------------------------------------------------------- *)

Definition term : Type := (Z * list nat)%type.
Definition t (c : Z) (e : list nat) : term := (c, e).
Arguments t c%Z e%nat.

Fixpoint monomial (z : list R) (e : list nat) : R :=
  match z, e with
  | _ :: z', O :: e' => monomial z' e'
  | x :: z', k :: e' => x ^ k * monomial z' e'
  | _, _ => 1
  end.

Fixpoint sum (z : list R) (p : list term) : R :=
  match p with
  | [] => 0
  | (c, e) :: p' => IZR c * monomial z e + sum z p'
  end.

(* An equation between polynomials: the work of ring.  The normaliser of lra does the same ten times as fast;
   it is called on the equation alone, with no hypothesis to search among. *)
Ltac identity := clear; cbv [sum monomial t]; lra.

(* A relation between numbers. *)
Ltac numbers := clear; first [lra | intro; lra].

(* --- signs that the coefficients show ---------------------------------------------------------------- *)

Inductive kind : Set := Pos | Non | Any.

Definition in_kind (k : kind) (x : R) : Prop :=
  match k with Pos => 0 < x | Non => 0 <= x | Any => True end.

Fixpoint orthant (k : list kind) (z : list R) : Prop :=
  match k, z with
  | a :: k', x :: z' => in_kind a x /\ orthant k' z'
  | [], [] => True
  | _, _ => False
  end.

Fixpoint even_powers (k : list kind) (e : list nat) : bool :=
  match k, e with
  | Any :: k', n :: e' => Nat.even n && even_powers k' e'
  | _ :: k', _ :: e' => even_powers k' e'
  | _, _ => true
  end.

Fixpoint positive_powers (k : list kind) (e : list nat) : bool :=
  match k, e with
  | _ :: k', O :: e' => positive_powers k' e'
  | Pos :: k', _ :: e' => positive_powers k' e'
  | _ :: _, _ :: _ => false
  | _, _ => true
  end.

Definition nonnegative (k : list kind) (p : list term) : bool :=
  forallb (fun a => Z.ltb 0 (fst a) && even_powers k (snd a)) p.
Definition positive (k : list kind) (p : list term) : bool :=
  nonnegative k p && existsb (fun a => positive_powers k (snd a)) p.

Lemma pow_even : forall n x, Nat.even n = true -> 0 <= x ^ n.
Proof.
  intros n x E. apply Nat.even_spec in E. destruct E as [m ->].
  rewrite pow_mult. apply pow_le. rewrite <- Rsqr_pow2. apply Rle_0_sqr.
Qed.

Lemma monomial_nonneg : forall k z e, orthant k z -> even_powers k e = true -> 0 <= monomial z e.
Proof.
  induction k as [|a k IH]; intros [|x z] e X; simpl in X; try contradiction.
  - intros _. destruct e; simpl; lra.
  - destruct X as [X Y]. destruct e as [|n e]; intros E; [simpl; lra|].
    assert (S : 0 <= x ^ n /\ even_powers k e = true).
    { destruct a; simpl in E, X.
      - split; [apply pow_le, Rlt_le, X | exact E].
      - split; [apply pow_le, X | exact E].
      - apply andb_prop in E. split; [apply pow_even|]; apply E. }
    destruct S as [S E']. specialize (IH z e Y E').
    destruct n; [exact IH | exact (Rmult_le_pos _ _ S IH)].
Qed.

Lemma monomial_pos : forall k z e, orthant k z -> positive_powers k e = true -> 0 < monomial z e.
Proof.
  induction k as [|a k IH]; intros [|x z] e X; simpl in X; try contradiction.
  - intros _. destruct e; simpl; lra.
  - destruct X as [X Y]. destruct e as [|n e]; intros E; [simpl; lra|].
    destruct n as [|n].
    + apply (IH z e Y). destruct a; exact E.
    + destruct a; simpl in E; try discriminate E.
      apply Rmult_lt_0_compat; [apply (pow_lt x (S n)), X | exact (IH z e Y E)].
Qed.

Lemma coefficient_pos : forall c, Z.ltb 0 c = true -> 0 < IZR c.
Proof. intros c C. apply IZR_lt. apply Z.ltb_lt, C. Qed.

Lemma sum_nonneg : forall {k z} p, orthant k z -> nonnegative k p = true -> 0 <= sum z p.
Proof.
  intros k z p X. induction p as [|[c e] p IH]; intros E; simpl; [lra|].
  apply andb_prop in E. destruct E as [E F]. apply andb_prop in E. destruct E as [C E].
  pose proof (Rmult_le_pos _ _ (Rlt_le _ _ (coefficient_pos c C)) (monomial_nonneg k z e X E)).
  specialize (IH F). lra.
Qed.

Lemma sum_pos : forall {k z} p, orthant k z -> positive k p = true -> 0 < sum z p.
Proof.
  intros k z p X. induction p as [|[c e] p IH]; intros E; [discriminate E|].
  unfold positive in E. simpl in E. apply andb_prop in E. destruct E as [E F].
  apply andb_prop in E. destruct E as [E N]. apply andb_prop in E. destruct E as [C E].
  pose proof (coefficient_pos c C) as D. simpl. apply orb_prop in F. destruct F as [F|F].
  - pose proof (Rmult_lt_0_compat _ _ D (monomial_pos k z e X F)).
    pose proof (sum_nonneg p X N). lra.
  - pose proof (Rmult_le_pos _ _ (Rlt_le _ _ D) (monomial_nonneg k z e X E)).
    assert (0 < sum z p) by (apply IH; exact (andb_true_intro (conj N F))). lra.
Qed.

(* --- sums and products -------------------------------------------------------------------------------- *)

Lemma weak : forall {a}, 0 < a -> 0 <= a.
Proof. intros; lra. Qed.
Lemma weak_zero : forall {a}, a = 0 -> 0 <= a.
Proof. intros; lra. Qed.
Lemma nonzero : forall {a}, 0 < a -> a <> 0.
Proof. intros; lra. Qed.
Lemma nonzero_minus : forall f g : R, g <> 0 -> f + g = 0 -> f <> 0.
Proof. intros f g G E Z. apply G. lra. Qed.

Lemma plus_pp : forall {a b}, 0 < a -> 0 < b -> 0 < a + b.
Proof. intros; lra. Qed.
Lemma plus_pn : forall {a b}, 0 < a -> 0 <= b -> 0 < a + b.
Proof. intros; lra. Qed.
Lemma plus_np : forall {a b}, 0 <= a -> 0 < b -> 0 < a + b.
Proof. intros; lra. Qed.
Lemma plus_nn : forall {a b}, 0 <= a -> 0 <= b -> 0 <= a + b.
Proof. intros; lra. Qed.
Lemma plus_zero : forall {a b}, a = 0 -> b = 0 -> a + b = 0.
Proof. intros; lra. Qed.

Lemma times_pp : forall {a b}, 0 < a -> 0 < b -> 0 < a * b.
Proof. intros; apply Rmult_lt_0_compat; assumption. Qed.
Lemma times_nn : forall {a b}, 0 <= a -> 0 <= b -> 0 <= a * b.
Proof. intros; apply Rmult_le_pos; assumption. Qed.
Lemma times_zero : forall a {b}, b = 0 -> a * b = 0.
Proof. intros a b ->. apply Rmult_0_r. Qed.
Lemma times_nonzero : forall {a b}, a <> 0 -> b <> 0 -> a * b <> 0.
Proof. intros; apply Rmult_integral_contrapositive; split; assumption. Qed.
Lemma square_n : forall a, 0 <= a * a.
Proof. intros a. exact (Rle_0_sqr a). Qed.
Lemma square_p : forall {a}, a <> 0 -> 0 < a * a.
Proof. intros a A. exact (Rlt_0_sqr a A). Qed.

(* --- from the two sides of a statement to a sign, and back --------------------------------------------- *)

Lemma from_lt : forall {l r} f, l < r -> f = r - l -> 0 < f.
Proof. intros; lra. Qed.
Lemma from_le : forall {l r} f, l <= r -> f = r - l -> 0 <= f.
Proof. intros; lra. Qed.
Lemma from_eq : forall {l r} f, l = r -> f = r - l -> f = 0.
Proof. intros; lra. Qed.
Lemma from_ne : forall {l r} f, l <> r -> f = r - l -> f <> 0.
Proof. intros l r f N E Z. apply N. lra. Qed.
Lemma to_lt : forall {l r} f, 0 < f -> f = r - l -> l < r.
Proof. intros; lra. Qed.
Lemma to_le : forall {l r} f, 0 <= f -> f = r - l -> l <= r.
Proof. intros; lra. Qed.
Lemma to_eq : forall {l r} f, f = 0 -> f = r - l -> l = r.
Proof. intros; lra. Qed.
Lemma to_ne : forall {l r} f, f <> 0 -> f = r - l -> l <> r.
Proof. intros l r f N E Z. apply N. lra. Qed.

Lemma slack_le : forall {a b}, a <= b -> 0 <= b - a.
Proof. intros; lra. Qed.
Lemma slack_ge : forall {a b}, a >= b -> 0 <= a - b.
Proof. intros; lra. Qed.
Lemma slack_eq : forall {a b}, a = b -> b - a = 0.
Proof. intros; lra. Qed.
Lemma row_le : forall {a b}, 0 <= b - a -> a <= b.
Proof. intros; lra. Qed.
Lemma row_ge : forall {a b}, 0 <= a - b -> a >= b.
Proof. intros; lra. Qed.
Lemma row_eq : forall {a b}, b - a = 0 -> a = b.
Proof. intros; lra. Qed.

(* --- a sign shown by a factorisation: m f = x ---------------------------------------------------------- *)

Lemma pos_as : forall m x f, 0 < m -> 0 < x -> m * f = x -> 0 < f.
Proof. intros m x f M X E. apply (Rmult_lt_reg_l m); [exact M | rewrite E, Rmult_0_r; exact X]. Qed.
Lemma nonneg_as : forall m x f, 0 < m -> 0 <= x -> m * f = x -> 0 <= f.
Proof. intros m x f M X E. apply (Rmult_le_reg_l m); [exact M | rewrite E, Rmult_0_r; exact X]. Qed.
Lemma zero_as : forall m x f, m <> 0 -> x = 0 -> m * f = x -> f = 0.
Proof. intros m x f M X E. apply (Rmult_eq_reg_l m); [rewrite E, Rmult_0_r; exact X | exact M]. Qed.
Lemma nonzero_as : forall m x f, x <> 0 -> m * f = x -> f <> 0.
Proof. intros m x f X E Z. apply X. rewrite <- E, Z. apply Rmult_0_r. Qed.

(* A value e with denominators, cleared: m e = q n, up to a term k that vanishes, and m = l q. *)
Lemma cleared : forall m l n q k {e}, m <> 0 -> k = 0 -> m * e = q * n + k -> l * q = m -> l * e = n.
Proof.
  intros m l n q k e M K E Q. apply (Rmult_eq_reg_l m); [|exact M].
  replace (m * (l * e)) with (l * (m * e)) by ring. rewrite E, K, <- Q. ring.
Qed.
Lemma vanishes : forall m k {e}, m <> 0 -> k = 0 -> m * e = k -> e = 0.
Proof. intros m k e M K E. apply (Rmult_eq_reg_l m); [rewrite E, Rmult_0_r; exact K | exact M]. Qed.
Lemma over : forall {t d : R}, d <> 0 -> d * (t / d) - t = 0.
Proof. intros t d D. unfold Rdiv. rewrite (Rmult_comm t), <- Rmult_assoc, (Rinv_r d D). lra. Qed.
Lemma factor_nonzero : forall f g d : R, d <> 0 -> d = f * g -> f <> 0.
Proof. intros f g d D E Z. apply D. rewrite E, Z. apply Rmult_0_l. Qed.

Lemma opposite : forall f g, g = 0 -> f + g = 0 -> f = 0.
Proof. intros; lra. Qed.
Lemma not_different : forall l r : R, (l <> r -> False) -> l = r.
Proof. intros l r N. destruct (Req_dec l r) as [E|E]; [exact E | destruct (N E)]. Qed.
Lemma equal : forall {a b}, a - b = 0 -> a = b.
Proof. intros; lra. Qed.

(* --- refutations ---------------------------------------------------------------------------------------- *)

Lemma refuted : forall {x}, 0 < x -> x = 0 -> False.
Proof. intros; lra. Qed.
Lemma fact_pos : forall f g, f + g = 0 -> (0 <= g -> False) -> 0 < f.
Proof. intros f g E N. destruct (Rlt_or_le 0 f); [assumption | exfalso; apply N; lra]. Qed.
Lemma fact_nonneg : forall f g, f + g = 0 -> (0 < g -> False) -> 0 <= f.
Proof. intros f g E N. destruct (Rle_or_lt 0 f); [assumption | exfalso; apply N; lra]. Qed.
Lemma fact_zero : forall f g, f + g = 0 -> (0 < f -> False) -> (0 < g -> False) -> f = 0.
Proof.
  intros f g E N M. destruct (Rtotal_order f 0) as [X|[X|X]]; [exfalso; apply M; lra | exact X |].
  exfalso; apply N; lra.
Qed.
Lemma fact_nonzero : forall f : R, (f = 0 -> False) -> f <> 0.
Proof. intros f N E. exact (N E). Qed.

Lemma solved : forall k a b e, k <> 0 -> e = 0 -> k * (a - b) = e -> a = b.
Proof.
  intros k a b e K Z E. apply Rminus_diag_uniq, (Rmult_eq_reg_l k); [rewrite E, Rmult_0_r; exact Z | exact K].
Qed.

(* --- cases ----------------------------------------------------------------------------------------------- *)

Lemma trichotomy : forall f g, f + g = 0 ->
  (0 < f /\ 0 <= f) \/ (f = 0 /\ 0 <= f /\ 0 <= g) \/ (0 < g /\ 0 <= g).
Proof. intros f g E. destruct (Rtotal_order f 0) as [X|[X|X]]; lra. Qed.

(* The cases named in the goal, in any of the relations, are all of them. *)
Ltac cases E := let T := fresh in pose proof (trichotomy _ _ E) as T; clear - T; tauto.

Lemma some_largest : forall a l, Exists (fun m => Forall (fun g => 0 <= m - g) (a :: l)) (a :: l).
Proof.
  intros a l. revert a. induction l as [|b l IH]; intros a.
  - left. constructor; [lra | constructor].
  - pose proof (IH b) as T. apply Exists_exists in T. destruct T as [m [I F]].
    apply Exists_exists. destruct (Rle_or_lt a m).
    + exists m. split; [right; exact I|]. constructor; [lra | exact F].
    + exists a. split; [left; reflexivity|]. constructor; [lra|].
      refine (Forall_impl _ _ F). intros; lra.
Qed.

Ltac largest a l :=
  let T := fresh in pose proof (some_largest a l) as T; clear - T;
  repeat first [ rewrite Exists_cons in T | rewrite Forall_cons_iff in T
               | rewrite Exists_nil in T ]; tauto.

(* Conditions that exclude each other. *)
Lemma apart_pp : forall f g, 0 < f -> 0 < g -> f + g = 0 -> False.
Proof. intros; lra. Qed.
Lemma apart_pn : forall f g, 0 < f -> 0 <= g -> f + g = 0 -> False.
Proof. intros; lra. Qed.
Lemma apart_pz : forall c f g, 0 < f -> g = 0 -> f = c * g -> False.
Proof. intros c f g F -> E. lra. Qed.
Lemma apart_ze : forall c (f g : R), f <> 0 -> g = 0 -> f = c * g -> False.
Proof. intros c f g F -> E. lra. Qed.
Lemma meet : forall f g, 0 <= f -> 0 <= g -> f + g = 0 -> f = 0.
Proof. intros; lra. Qed.

(* --- bounds, points and rays ------------------------------------------------------------------------------ *)

Lemma at_most : forall s z a b, 0 <= s -> z = 0 -> b - a = s + z -> a <= b.
Proof. intros; lra. Qed.
Lemma nowhere : forall {g}, 0 < g -> g <= 0 -> False.
Proof. intros; lra. Qed.
Lemma reaches : forall {a b m}, m < b -> a = b -> m < a.
Proof. intros; lra. Qed.
Lemma sinks : forall {a b m}, b < m -> a = b -> a < m.
Proof. intros; lra. Qed.

Lemma maximum_as : forall {P} {f : P -> Prop} {o v w}, maximum f o v -> w = v -> maximum f o w.
Proof. intros P f o v w M ->. exact M. Qed.
Lemma minimum_as : forall {P} {f : P -> Prop} {o v w}, minimum f o v -> w = v -> minimum f o w.
Proof. intros P f o v w M ->. exact M. Qed.

Lemma far_up : forall v g m, 0 < g -> exists s, 0 <= s /\ m < v + s * g.
Proof.
  intros v g m G. exists (Rmax 0 ((m - v) / g + 1)). split; [apply Rmax_l|].
  pose proof (Rmax_r 0 ((m - v) / g + 1)) as M. apply (Rmult_le_compat_r g) in M; [|lra].
  replace (((m - v) / g + 1) * g) with (m - v + g) in M by (field; lra). lra.
Qed.

Lemma far_down : forall v g m, 0 < - g -> exists s, 0 <= s /\ v + s * g < m.
Proof.
  intros v g m G. destruct (far_up (- v) (- g) (- m) G) as [s [S M]]. exists s. split; [exact S | lra].
Qed.

Lemma along_le : forall {a b s} r a', a <= b -> r <= 0 -> 0 <= s -> a' = a + s * r -> a' <= b.
Proof.
  intros a b s r a' A X S E. assert (0 <= s * - r) by (apply Rmult_le_pos; lra). lra.
Qed.
Lemma along_ge : forall {a b s} r a', a >= b -> r >= 0 -> 0 <= s -> a' = a + s * r -> a' >= b.
Proof.
  intros a b s r a' A X S E. assert (0 <= s * r) by (apply Rmult_le_pos; lra). lra.
Qed.
Lemma along_eq : forall {a b s} r a', a = b -> r = 0 -> 0 <= s -> a' = a + s * r -> a' = b.
Proof. intros a b s r a' A -> S E. lra. Qed.
